/** The command as a process, against a real API. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startApi, type TestApi } from '../test/support/api.ts';
import { postSignup, signupBody } from '../test/support/api-request.ts';
import { type Run, runLandlord, startLandlord } from '../test/support/run-landlord.ts';

const SIGNUP = ['signup', '--company', 'Acme Ltd', '--email', 'ada@acme.example', '--plan', 'team'];

describe('landlord', function () {
  this.timeout(30_000);
  let api: TestApi;
  before(async () => {
    api = await startApi();
    await postSignup(api, signupBody({ slug: 'known' }));
  });
  after(() => api.stop());

  const landlord = (...args: string[]): Promise<Run> => runLandlord(args, { api });

  it('signs up, and tells how to follow', async () => {
    const run = await landlord(...SIGNUP, '--slug', 'signed-up');
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stdout).to.match(
      /^signed-up is requested as t_[0-9a-z]{20}; .*landlord tenants watch signed-up\n$/,
    );
  });

  it('signs up once under one idempotency key, and prints JSON for programs', async () => {
    const args = [...SIGNUP, '--slug', 'once', '--idempotency-key', 'order-17', '--json'];
    const [first, second] = [await landlord(...args), await landlord(...args)];
    expect(JSON.parse(first.stdout)).to.have.keys('tenantId', 'state');
    expect(second).to.deep.equal(first);
  });

  it('names every field that the API refuses, with exit code 2', async () => {
    const run = await landlord('signup', '--slug', 'Www', '--company', ' ', '--email', 'x', '--plan', 'gold');
    expect(run.code).to.equal(2);
    expect(run.stdout).to.equal('');
    for (const field of ['slug: must', 'company: must', 'email: must', 'plan: '])
      expect(run.stderr).to.contain(field);
  });

  it('ends with 4 when the slug is taken, or the key was used otherwise', async () => {
    const keyed = [...SIGNUP, '--idempotency-key', 'twice', '--slug'];
    const [taken] = await Promise.all([landlord(...SIGNUP, '--slug', 'known'), landlord(...keyed, 'keyed')]);
    expect(taken.code).to.equal(4);
    expect(taken.stderr).to.contain('"known" is taken');
    expect((await landlord(...keyed, 'keyed-2')).code).to.equal(4);
  });

  it('lists tenants as a table without colours, and as JSON', async () => {
    const [table, list] = await Promise.all([
      landlord('tenants', 'list', '--slug', 'known'),
      landlord('tenants', 'list', '--json'),
    ]);
    const [header, row, ...rest] = table.stdout.trimEnd().split('\n');
    expect(header).to.match(/^TENANT +PLAN +STATE +SECONDS +NAMESPACE +SCHEMA +REASON$/);
    expect(row).to.match(/^known +team +requested +t-[0-9a-z]{20} +t_[0-9a-z]{20}$/);
    expect(rest).to.deep.equal([]);
    const json = JSON.parse(list.stdout);
    expect(json.items.map((tenant: { slug: string }) => tenant.slug)).to.include('known');
    expect(json.next).to.equal(null);
  });

  it('shows a tenant by slug and by id alike', async () => {
    const bySlug = await landlord('tenants', 'show', 'known', '--json');
    const { id } = JSON.parse(bySlug.stdout);
    expect(await landlord('tenants', 'show', id, '--json')).to.deep.equal(bySlug);
    expect((await landlord('tenants', 'show', id)).stdout).to.match(/^company +Acme Ltd$/m);
  });

  it("shows a tenant's latest operation, and that operation by its id", async () => {
    const latest = await landlord('operations', 'show', 'known', '--json');
    const { id } = JSON.parse(latest.stdout);
    expect(await landlord('operations', 'show', id, '--json')).to.deep.equal(latest);
    expect((await landlord('operations', 'show', id)).stdout).to.match(/^state +pending$/m);
  });

  it('ends with 3 when there is no such tenant or operation', async () => {
    const runs = await Promise.all([
      landlord('tenants', 'show', 'nobody'),
      landlord('tenants', 'show', 't_00000000000000000000'),
      landlord('tenants', 'watch', 'nobody'),
      landlord('operations', 'show', 'op_00000000000000000000'),
    ]);
    expect(runs.map(({ code }) => code)).to.deep.equal([3, 3, 3, 3]);
    expect(runs[1]?.stderr).to.contain('t_00000000000000000000');
  });

  it('writes failures as JSON where JSON is wanted', async () => {
    const run = await landlord('tenants', 'list', '--slug', 'NOT A SLUG', '--json');
    expect(run.code).to.equal(2);
    const { error } = JSON.parse(run.stderr);
    expect(error.exitCode).to.equal(2);
    expect(error.problem.errors).to.deep.equal([
      { field: 'slug', rule: 'may hold only lower-case letters a-z, digits and hyphens' },
    ]);
  });

  it('ends with 7 when the API refuses the token, without telling it', async () => {
    const run = await runLandlord(['tenants', 'list'], {
      api,
      env: { LANDLORD_API_TOKEN: 'another-secret' },
    });
    expect(run.code).to.equal(7);
    expect(run.stderr).not.to.contain('another-secret');
  });

  it('ends with 5 when nothing listens, and gives the key that makes a second try safe', async () => {
    const nowhere = { url: 'http://127.0.0.1:9' };
    expect((await runLandlord(['tenants', 'list'], { api: nowhere })).code).to.equal(5);
    const run = await runLandlord([...SIGNUP, '--slug', 'lost'], { api: nowhere });
    expect(run.code).to.equal(5);
    expect(run.stderr).to.match(/"make up" starts it\n.*--idempotency-key [0-9a-f-]{36}/);
  });

  it('tells by status that the API is ready', async () => {
    const run = await landlord('status', '--json');
    expect(JSON.parse(run.stdout).api).to.deep.equal({ url: api.url, ready: true, reason: null });
  });

  it('ends with 5 from status when the API is not there', async () => {
    const run = await runLandlord(['status', '--json'], { api: { url: 'http://127.0.0.1:9' } });
    expect(run.code).to.equal(5);
    expect(JSON.parse(run.stdout).api).to.include({ ready: false });
  });

  it('takes no offence at a reader that leaves early', async () => {
    const { child, done } = startLandlord(['tenants', 'list'], { api });
    child.stdout.destroy();
    expect(await done).to.include({ code: 0, stderr: '' });
  });

  describe('with an API that is not ours', () => {
    let server: Server;
    let answer: { status: number; body: string };
    before(async () => {
      server = createServer((_request, response) => {
        response.writeHead(answer.status, { 'Content-Type': 'application/json', Location: api.url });
        response.end(answer.body);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    after(() => server.close());
    const against = (args: string[]) =>
      runLandlord(args, { api: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } });

    it('lets no escape sequence of a name or an error reach the terminal', async () => {
      const hostile = '\u001b]0;owned\u0007\u001b[2J\u202e\u009b31m';
      const problem = {
        type: 'x',
        title: hostile,
        status: 400,
        detail: hostile,
        errors: [{ field: hostile, rule: 'x' }],
      };
      answer = { status: 400, body: JSON.stringify(problem) };
      for (const args of [
        ['tenants', 'list'],
        ['tenants', 'list', '--json'],
      ]) {
        const run = await against(args);
        expect(run.code).to.equal(2);
        for (const character of hostile.match(/\p{C}/gu) ?? []) expect(run.stderr).not.to.contain(character);
      }
    });

    it('follows no redirect, which would carry the token elsewhere', async () => {
      answer = { status: 307, body: '' };
      expect((await against(['tenants', 'list'])).code).to.equal(5);
    });

    it('ends with 1, naming what it does not understand', async () => {
      answer = { status: 200, body: '{"items":[{}],"next":null}' };
      const run = await against(['tenants', 'list']);
      expect(run.code).to.equal(1);
      expect(run.stderr).to.contain('items.0.id');
    });
  });
});
