import { expect } from 'chai';
import type { TenantId } from '../../tenancy/ids.ts';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import {
  fail,
  lease,
  readyTenant,
  realise,
  requestTenant,
  rowOf,
  wish,
} from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { eventually } from '../../test/support/eventually.ts';
import { createPreparedDatabase } from '../../test/support/tenants-database.ts';
import { type ClusterConnection, connectToCluster } from '../kubernetes/connection.ts';
import { createLogger } from '../log.ts';
import type { Look } from '../reconcile/step.ts';
import { readAuditEntries } from '../store/audit-entries.ts';
import { readFindings } from '../store/drift-findings.ts';
import { beginScans, findScan, requestScan } from '../store/drift-scans.ts';
import { withTransaction } from '../store/transaction.ts';
import { runScan } from './run-scan.ts';
import type { Scanner } from './scanner.ts';
import { startDriftScheduler } from './scheduler.ts';

const logger = createLogger('test', 'error');
logger.silent = true;
const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};

describe('runScan', () => {
  let control: TestDatabase;
  let tenants: TestDatabase;
  let cluster: ClusterConnection;
  before(async () => {
    tenants = await createPreparedDatabase();
    cluster = connectToCluster(kubeconfigPath());
  });
  after(async () => {
    cluster.close();
    await tenants.drop();
  });
  beforeEach(async () => {
    control = await createControlDatabase();
  });
  afterEach(() => control.drop());

  /** A scanner whose tenants are as `verify` says. */
  function scannerOf(verify: (look: Look) => Promise<string[]>): Scanner {
    const idle = async () => ({});
    const step = { name: 'step', apply: idle, undo: async () => undefined, verify };
    const parts = { db: control.pool, tenantsDatabase: tenants.pool, cluster, cell, catalogue: [[step]] };
    return { ...parts, policy: 'mend', holder: 'worker-1', logger };
  }
  const asked = async (scanner: Scanner, stop = new AbortController().signal) => {
    await requestScan(control.pool, 'spec');
    return runScan(scanner, 0, stop);
  };
  const findings = () => readFindings(control.pool, { after: 0, ended: true, limit: 100 });

  it('passes over tenants that something is being done to', async () => {
    const seen: TenantId[] = [];
    const scanner = scannerOf(async ({ spec }) => {
      seen.push(spec.id);
      return [];
    });
    const ready = await readyTenant(control.pool);
    await requestTenant(control.pool);
    await wish(control.pool, await readyTenant(control.pool), { wish: 'suspend' });
    const leased = await readyTenant(control.pool);
    await wish(control.pool, leased, { wish: 'update', plan: 'business' });
    await lease(control.pool, leased);
    await fail(control.pool, await requestTenant(control.pool));
    const [inGrace, ending] = [await readyTenant(control.pool), await readyTenant(control.pool)];
    await wish(control.pool, inGrace, { wish: 'delete' });
    await realise(control.pool, inGrace);
    await wish(control.pool, ending, { wish: 'delete' });
    expect(await asked(scanner)).to.include({ result: 'scanned', tenants: 2, drifted: 0 });
    expect(seen).to.have.members([ready, inGrace]);
  });

  it('says nothing of a tenant whose operation began while it looked', async () => {
    const id = await readyTenant(control.pool);
    const scanner = scannerOf(async () => {
      await wish(control.pool, id, { wish: 'update', plan: 'business' });
      return ['the quota is the old one'];
    });
    expect(await asked(scanner)).to.include({ tenants: 0, drifted: 0 });
    expect(await findings()).to.deep.equal([]);
    expect(await rowOf(control.pool, id)).to.include({ generation: 2 });
  });

  it('says nothing of a tenant that somebody worked on while it looked', async () => {
    const id = await readyTenant(control.pool);
    const scanner = scannerOf(async () => {
      await wish(control.pool, id, { wish: 'update', plan: 'business' });
      await realise(control.pool, id);
      return ['the quota is the old one'];
    });
    expect(await asked(scanner)).to.include({ tenants: 0, drifted: 0 });
    expect(await findings()).to.deep.equal([]);
  });

  it('has a tenant repaired once, and audits it with what was found', async () => {
    const id = await readyTenant(control.pool);
    const scanner = scannerOf(async () => ['schema is open to all', 'namespace is missing']);
    expect(await asked(scanner)).to.include({ drifted: 1 });
    expect(await asked(scanner), 'its repair is under way').to.include({ tenants: 0, drifted: 0 });
    expect(await findings()).to.have.length(2);
    const [entry, ...others] = await readAuditEntries(control.pool, { tenantId: id, limit: 10 });
    expect(others).to.deep.equal([]);
    expect(entry).to.include({ actor: 'drift', action: 'tenant.repair' });
    expect(entry?.detail).to.deep.include({
      generation: 2,
      problems: ['schema is open to all', 'namespace is missing'],
    });
    const scans = (await readAuditEntries(control.pool, { limit: 10 })).filter(
      ({ action }) => action === 'drift.scan',
    );
    expect(scans).to.have.length(2);
    expect(scans[0]?.detail).to.deep.include({ policy: 'mend', drifted: 1 });
  });

  it('keeps a tenant in its grace suspended when it repairs it', async () => {
    const id = await readyTenant(control.pool);
    await wish(control.pool, id, { wish: 'delete' });
    await realise(control.pool, id);
    expect(await asked(scannerOf(async () => ['may log in']))).to.include({ drifted: 1 });
    expect(await rowOf(control.pool, id)).to.include({ state: 'deleting', generation: 3 });
    expect((await lease(control.pool, id)).wish.target).to.equal('suspended');
  });

  it('looks at the others when one can’t be looked at', async () => {
    const ids = [await readyTenant(control.pool), await readyTenant(control.pool)];
    const scanner = scannerOf(async ({ spec }) => {
      if (spec.id === ids[0]) throw new Error('the API server is away');
      return [];
    });
    expect(await asked(scanner)).to.include({ tenants: 1, drifted: 0, unseen: 1 });
  });

  it('leaves the request to the next worker when it has to stop', async () => {
    await readyTenant(control.pool);
    await readyTenant(control.pool);
    const stop = new AbortController();
    const { id } = await requestScan(control.pool, 'spec');
    const stopping = scannerOf(async () => {
      stop.abort(new Error('the worker stops'));
      return [];
    });
    const refused = await runScan(stopping, 0, stop.signal).catch((error: Error) => error.message);
    expect(refused).to.equal('the worker stops');
    expect(await findScan(control.pool, id)).to.include({ finishedAt: null });
    expect(await beginScans(control.pool)).to.deep.equal([id]);
  });

  it('runs in one worker at a time, and only when asked or due', async () => {
    const scanner = scannerOf(async () => []);
    const run = (minutes: number) => runScan(scanner, minutes, new AbortController().signal);
    expect(await run(0)).to.deep.equal({ result: 'nothing to do' });
    await withTransaction(control.pool, async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('landlord drift scan'))`);
      expect(await run(60)).to.deep.equal({ result: 'busy' });
    });
    expect(await run(60), 'the first').to.include({ result: 'scanned' });
    expect(await run(60), 'within the hour').to.deep.equal({ result: 'nothing to do' });
    await control.pool.query(`UPDATE drift_scans SET finished_at = finished_at - interval '61 minutes'`);
    expect(await run(60), 'an hour later').to.include({ result: 'scanned' });
  });

  it('is run by the scheduler soon after it was asked for', async () => {
    const scheduler = startDriftScheduler({ ...scannerOf(async () => []), intervalMinutes: 0 });
    try {
      const { id } = await requestScan(control.pool, 'spec');
      const done = await eventually(async () => {
        const scan = await findScan(control.pool, id);
        return scan?.finishedAt === null ? undefined : scan;
      });
      expect(done).to.include({ requestedBy: 'spec', tenants: 0, drifted: 0 });
    } finally {
      await scheduler.close();
    }
  });
});
