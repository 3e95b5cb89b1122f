import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { startApi, type TestApi } from '../test/support/api.ts';
import { postSignup, signupBody } from '../test/support/api-request.ts';
import { runLandlord, startLandlord } from '../test/support/run-landlord.ts';

describe('landlord tenants watch', function () {
  this.timeout(30_000);
  let api: TestApi;
  beforeEach(async () => {
    api = await startApi();
    for (const slug of ['acme', 'globex']) await postSignup(api, signupBody({ slug }));
  });
  afterEach(() => api.stop());

  const change = (slug: string, assignment: string) =>
    api.database.pool.query(`UPDATE tenants SET ${assignment} WHERE slug = $1`, [slug]);
  const ready = (slug: string) =>
    change(slug, "state = 'ready', stack_state = '', ready_at = created_at + interval '1.5 s'");
  const failed = (slug: string) => change(slug, "state = 'failed', reason = E'quota \\u001b[31mrefused'");

  /** Resolves when the command has printed what the pattern says. */
  const printed = (stream: NodeJS.ReadableStream, pattern: RegExp) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let seen = '';
    stream.on('data', (chunk) => {
      seen += String(chunk);
      if (pattern.test(seen)) resolve();
    });
    stream.once('end', () => reject(new Error(`not printed: ${pattern} in ${seen}`)));
    return promise;
  };

  it('prints a line for each change until all are ready', async () => {
    const { child, done } = startLandlord(['tenants', 'watch'], { api });
    await printed(child.stdout, /acme requested\nglobex requested\n/);
    await change('acme', "state = 'provisioning'");
    await printed(child.stdout, /acme provisioning\n/);
    await ready('acme');
    await ready('globex');
    const run = await done;
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stdout.split('\n').slice(3, 5)).to.have.members([
      'acme ready after 1.50 s',
      'globex ready after 1.50 s',
    ]);
  });

  it('ends with 1 when a tenant failed, with its reason made printable', async () => {
    await ready('globex');
    await failed('acme');
    const run = await runLandlord(['tenants', 'watch'], { api });
    expect(run.code).to.equal(1);
    expect(run.stdout).to.contain('acme failed: quota [31mrefused\n');
    expect(run.stderr).to.contain('failed: acme (quota [31mrefused)');
  });

  it('watches only the tenants named', async () => {
    await ready('globex');
    const run = await runLandlord(['tenants', 'watch', 'globex', '--json'], { api });
    expect(run.code).to.equal(0);
    expect(
      run.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).slug),
    ).to.deep.equal(['globex']);
  });

  it('ends with 6 when time runs out', async () => {
    const run = await runLandlord(['tenants', 'watch', 'acme', '--timeout', '0.3'], { api });
    expect(run.code).to.equal(6);
    expect(run.stderr).to.contain('0.3 s');
  });

  it('ends with 130 on Ctrl-C', async () => {
    const { child, done } = startLandlord(['tenants', 'watch'], { api });
    await printed(child.stdout, /requested/);
    child.kill('SIGINT');
    expect((await done).code).to.equal(130);
  });

  it('draws a coloured table over the one before on a terminal', async () => {
    await change('acme', "reason = repeat('no room ', 30)");
    const { child, done } = startLandlord(['tenants', 'watch'], { api, terminal: true });
    await printed(child.stdout, /globex/);
    await ready('acme');
    await ready('globex');
    const { code, stdout } = await done;
    expect(code).to.equal(0);
    expect(stdout).to.contain('\u001b[3A').and.to.contain('\u001b[0J').and.to.contain('\u001b[32mready');
    for (const line of stdout.split(/\r?\n/)) {
      expect(stripVTControlCharacters(line).length).to.be.at.most(100);
    }
  });

  it('shows no colour on a terminal when NO_COLOR is set', async () => {
    const run = await runLandlord(['tenants', 'list'], { api, terminal: true, env: { NO_COLOR: '1' } });
    expect(run.stdout).to.contain('acme').and.not.to.contain('\u001b');
  });

  it('is what signup --wait does', async () => {
    const args = ['signup', '--slug', 'initech', '--company', 'Initech', '--email', 'p@initech.example'];
    const { child, done } = startLandlord([...args, '--plan', 'starter', '--wait'], { api });
    await printed(child.stdout, /initech requested/);
    await ready('initech');
    const run = await done;
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stdout).to.equal('initech requested\ninitech ready after 1.50 s\n');
  });
});
