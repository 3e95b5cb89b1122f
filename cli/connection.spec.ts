import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CommandError } from './command-error.ts';
import { findConnection } from './connection.ts';

describe('findConnection', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'landlord-connection-'));
    await mkdir(join(directory, '.landlord'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const writeDevEnv = (text: string) => writeFile(join(directory, '.landlord', 'dev.env'), text);
  const failure = (find: () => unknown): CommandError => {
    try {
      find();
    } catch (error) {
      if (error instanceof CommandError) return error;
    }
    throw new Error('a CommandError was expected');
  };

  it('prefers the environment', async () => {
    await writeDevEnv('LANDLORD_API_URL=http://127.0.0.1:1\nLANDLORD_API_TOKEN=file\n');
    const environment = { LANDLORD_API_URL: 'https://landlord.example', LANDLORD_API_TOKEN: 'env' };
    expect(findConnection(environment, [directory])).to.deep.equal({
      url: 'https://landlord.example',
      token: 'env',
    });
  });

  it('reads the first dev.env there is, whatever else is in it', async () => {
    await writeDevEnv(
      'REDIS_URL=redis://x\nLANDLORD_API_URL=http://127.0.0.1:7\nLANDLORD_API_TOKEN="quoted"\n',
    );
    const directories = [join(directory, 'none'), directory];
    expect(findConnection({}, directories)).to.deep.equal({ url: 'http://127.0.0.1:7', token: 'quoted' });
  });

  it('names the remedy when there is neither', () => {
    const error = failure(() => findConnection({}, [directory]));
    expect(error.exitCode).to.equal(5);
    expect(error.message).to.contain('make up');
  });

  it('does not mix the environment with a file, and names what is missing', async () => {
    await writeDevEnv('LANDLORD_API_URL=http://127.0.0.1:7\nLANDLORD_API_TOKEN=file\n');
    const error = failure(() => findConnection({ LANDLORD_API_URL: 'http://127.0.0.1:8' }, [directory]));
    expect(error.message).to.contain('LANDLORD_API_TOKEN is missing').and.to.contain('the environment');
  });

  it('names the file and every problem in it, but not the token', async () => {
    await writeDevEnv('LANDLORD_API_URL=ftp://x\nLANDLORD_API_TOKEN="secret token"\n');
    const error = failure(() => findConnection({}, [directory]));
    expect(error.message).to.contain(join(directory, '.landlord', 'dev.env'));
    expect(error.message).to.contain('LANDLORD_API_URL must').and.to.contain('LANDLORD_API_TOKEN must');
    expect(error.message).not.to.contain('secret');
  });
});
