import { expect } from 'chai';
import { recordFindings } from '../provisioner/store/drift-findings.ts';
import { beginScans, finishScans } from '../provisioner/store/drift-scans.ts';
import { recordOrphans } from '../provisioner/store/orphans.ts';
import { driftPageSchema, orphanListSchema } from '../tenancy/drift-view.ts';
import type { TenantId } from '../tenancy/ids.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { readyTenant } from '../test/support/control-tenants.ts';
import { eventually } from '../test/support/eventually.ts';
import { type Run, runLandlord } from '../test/support/run-landlord.ts';

describe('landlord drift and orphans', function () {
  this.timeout(30_000);
  let api: TestApi;
  let id: TenantId;
  before(async () => {
    api = await startApi();
    id = await readyTenant(api.database.pool);
  });
  after(() => api.stop());

  const landlord = (...args: string[]): Promise<Run> => runLandlord(args, { api });
  /** Answers the next request as a worker does. */
  async function work(problems: string[]): Promise<void> {
    const { pool } = api.database;
    const ids = await eventually(async () => {
      const begun = await beginScans(pool);
      return begun.length > 0 && begun;
    });
    await recordFindings(pool, id, problems);
    await finishScans(pool, ids, { tenants: 1, drifted: Math.min(1, problems.length), unseen: 0 });
  }

  it('say that nothing was looked at yet, and do not wait for ever for a worker', async () => {
    expect((await landlord('drift')).stdout).to.contain('no tenant was looked at yet');
    expect((await landlord('orphans')).stdout).to.contain('nothing was looked at yet');
    const run = await landlord('drift', '--scan', '--timeout', '0.1');
    expect([run.code, run.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && text.includes('no worker has taken it up'),
    );
    await work([]);
  });

  it('look now, and show what was found', async () => {
    const [run] = await Promise.all([landlord('drift', '--scan'), work([`schema ${id} is open`])]);
    const [header, finding, summary, ...rest] = run.stdout.trimEnd().split('\n');
    expect(header).to.match(/^TENANT +FOUND +ENDED +REPAIR +PROBLEM$/);
    expect(finding).to.match(new RegExp(`^s${id.slice(2)} .* - +- +schema ${id} is open$`));
    expect(summary).to.match(/^last scan .*: 1 looked at$/);
    expect(rest).to.deep.equal([]);
    expect(run.code).to.equal(0);
    const { items } = driftPageSchema.parse(JSON.parse((await landlord('drift', '--json')).stdout));
    expect(items).to.have.length(1);
  });

  it('show what has ended only when asked to', async () => {
    await Promise.all([landlord('drift', '--scan'), work([])]);
    expect((await landlord('drift')).stdout).to.match(/^no drift; last scan/);
    expect((await landlord('drift', '--all')).stdout).to.contain(`schema ${id} is open`);
  });

  it('list orphans', async () => {
    const stray = { kind: 'schema', name: 't_gone', labelled: 't_gone' } as const;
    await recordOrphans(api.database.pool, 'schema', [stray]);
    const { stdout } = await landlord('orphans');
    expect(stdout).to.match(
      /^KIND +NAME +MARKED AS +FOUND +LAST SEEN\nschema +t_gone +t_gone .*\n1 orphan; /,
    );
    const list = orphanListSchema.parse(JSON.parse((await landlord('orphans', '--json')).stdout));
    expect(list.items[0]).to.include(stray);
  });
});
