import { expect } from 'chai';
import { publishedChecksum } from './published-checksum.ts';

const digest = 'a'.repeat(64);
const other = 'b'.repeat(64);
const release = (form: 'bare' | 'list' | 'github') => ({
  address: 'https://example.test/v1/tool-linux-amd64',
  checksum: { address: 'https://example.test/v1/sums', form },
});

describe('published checksum', () => {
  it('is read from a bare digest', () => {
    expect(publishedChecksum(release('bare'), `${digest}\n`)).to.equal(digest);
  });

  it("is read from the file's own line of a list", () => {
    const list = `${other}  tool-linux-amd64.asc\n${digest} *tool-linux-amd64\n${other}  tool-linux-arm64\n`;
    expect(publishedChecksum(release('list'), list)).to.equal(digest);
  });

  it("is read from GitHub's description of a release", () => {
    const assets = [
      { name: 'tool-linux-arm64', digest: `sha256:${other}` },
      { name: 'tool-linux-amd64', digest: `sha256:${digest}` },
    ];
    expect(publishedChecksum(release('github'), JSON.stringify({ tag_name: 'v1', assets }))).to.equal(digest);
  });

  it('is undefined when the answer holds none', () => {
    const loginPage = '<html>Please sign in to this network</html>';
    for (const form of ['bare', 'list', 'github'] as const) {
      expect(publishedChecksum(release(form), loginPage)).to.equal(undefined);
    }
    const undigested = JSON.stringify({ assets: [{ name: 'tool-linux-amd64', digest: null }] });
    expect(publishedChecksum(release('github'), undigested)).to.equal(undefined);
    expect(publishedChecksum(release('list'), `${other}  another-file\n`)).to.equal(undefined);
  });
});
