import { expect } from 'chai';
import { readSettings } from './settings.ts';

describe('set-up settings', () => {
  it('take the cache directory and the only way from the environment', () => {
    const settings = readSettings({ LANDLORD_CACHE: '/srv/cache', TOOLCHAIN: 'build' });
    expect(settings).to.deep.equal({ cacheDirectory: '/srv/cache', way: 'build' });
  });

  it('treat an empty variable as unset', () => {
    expect(readSettings({ LANDLORD_CACHE: '', TOOLCHAIN: '' })).to.deep.equal(readSettings({}));
  });

  it('keep the cache of an ordinary user in their own cache directory, that of root where others may enter', () => {
    const { cacheDirectory } = readSettings({ XDG_CACHE_HOME: '/home/ann/.cache' });
    const expected = process.getuid?.() === 0 ? '/var/cache/landlord' : '/home/ann/.cache/landlord';
    expect(cacheDirectory).to.equal(expected);
  });

  it('name an unknown way and the ways there are', () => {
    expect(() => readSettings({ TOOLCHAIN: 'guess' })).to.throw(
      /TOOLCHAIN=guess: must be path, download or build/,
    );
  });

  it('refuse a relative cache directory', () => {
    expect(() => readSettings({ LANDLORD_CACHE: 'cache' })).to.throw(
      'LANDLORD_CACHE=cache: must be an absolute path',
    );
  });
});
