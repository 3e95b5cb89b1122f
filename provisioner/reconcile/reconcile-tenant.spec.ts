import { expect } from 'chai';
import { PermanentError } from '../../tenancy/errors.ts';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { requestTenant } from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { createLogger } from '../log.ts';
import { readAuditEntries } from '../store/audit-entries.ts';
import { findTenant } from '../store/find-tenant.ts';
import { listOperations } from '../store/list-operations.ts';
import { takeLease } from '../store/take-lease.ts';
import { reconcileTenant } from './reconcile-tenant.ts';
import type { Reconciler } from './reconciler.ts';
import type { Catalogue, Step } from './step.ts';

const logger = createLogger('test', 'error');
logger.silent = true;

const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};

/** A step that realises a whole tenant in nothing. */
function step(name: string, parts: Partial<Step> = {}): Step {
  return {
    name,
    apply: async () => ({ schemaVersion: 'v1', stackState: Buffer.from('state') }),
    verify: async () => [],
    undo: async () => {},
    ...parts,
  };
}

describe('reconcileTenant', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createControlDatabase();
  });
  after(() => database.drop());

  const requested = () => requestTenant(database.pool);
  const reconciler = (catalogue: Catalogue, stopping = new AbortController().signal): Reconciler => ({
    db: database.pool,
    cell,
    catalogue,
    holder: 'worker-1',
    stopping,
    logger,
  });
  const isDueNow = (id: TenantId) =>
    database.pool.query(`UPDATE tenants SET retry_at = now() - interval '1 second' WHERE id = $1`, [id]);
  const journalOf = async (id: TenantId) => {
    const [operation] = await listOperations(database.pool, id);
    return operation?.steps.map((each) => `${each.name} ${each.attempt} ${each.state}`);
  };

  it('runs stages one after another, verifies, and makes the tenant ready', async () => {
    const order: string[] = [];
    const noted = (name: string) =>
      step(name, {
        async apply() {
          order.push(name);
          return { schemaVersion: 'v1', stackState: Buffer.from('state') };
        },
      });
    const id = await requested();
    const catalogue = [[noted('database'), noted('stack')], [noted('product')]];
    expect(await reconcileTenant(reconciler(catalogue), id)).to.deep.equal({ result: 'ready' });
    expect(order.indexOf('product')).to.equal(2);
    const tenant = await findTenant(database.pool, id);
    expect(tenant?.state).to.equal('ready');
    expect(tenant?.readyAt).to.be.a('string');
    expect(await journalOf(id)).to.have.members([
      ...['database 1 succeeded', 'stack 1 succeeded', 'product 1 succeeded', 'verify 1 succeeded'],
    ]);
  });

  it('waits until what was applied shows', async () => {
    let looks = 0;
    const slow = step('slow', { verify: async () => (++looks < 3 ? ['quota is not counted yet'] : []) });
    expect((await reconcileTenant(reconciler([[slow]]), await requested())).result).to.equal('ready');
    expect(looks).to.equal(3);
  });

  it('tries again after a failure, says why meanwhile, and forgets the reason when ready', async () => {
    let fails = true;
    const flaky = step('flaky', {
      async apply() {
        if (fails) throw new Error('the API server is away');
        return { schemaVersion: 'v1', stackState: Buffer.from('state') };
      },
    });
    const id = await requested();
    const first = await reconcileTenant(reconciler([[flaky]]), id);
    expect(first.result).to.equal('retrying');
    expect(await findTenant(database.pool, id)).to.include({
      state: 'provisioning',
      reason: 'attempt 1 failed, trying again: the API server is away',
    });
    expect(await reconcileTenant(reconciler([[flaky]]), id), 'not before its time').to.deep.equal({
      result: 'idle',
    });
    fails = false;
    await isDueNow(id);
    expect((await reconcileTenant(reconciler([[flaky]]), id)).result).to.equal('ready');
    expect((await findTenant(database.pool, id))?.reason).to.equal(null);
    expect(await journalOf(id)).to.deep.equal(['flaky 1 failed', 'flaky 2 succeeded', 'verify 1 succeeded']);
  });

  it('fails at once, with the reason, when no retry can help', async () => {
    const hopeless = step('hopeless', {
      async apply() {
        throw new PermanentError('namespace t-x belongs to somebody else: remove it');
      },
    });
    const id = await requested();
    expect((await reconcileTenant(reconciler([[hopeless]]), id)).result).to.equal('failed');
    expect(await findTenant(database.pool, id)).to.include({
      state: 'failed',
      reason: 'namespace t-x belongs to somebody else: remove it',
    });
    const [operation] = await listOperations(database.pool, id);
    expect(operation).to.include({
      state: 'failed',
      reason: 'namespace t-x belongs to somebody else: remove it',
    });
    expect(await reconcileTenant(reconciler([[step('any')]]), id)).to.deep.equal({ result: 'idle' });
  });

  it('fails in the end when every attempt failed', async () => {
    const id = await requested();
    await database.pool.query('UPDATE tenants SET attempts = 44 WHERE id = $1', [id]);
    const broken = step('broken', { apply: () => Promise.reject(new Error('still away')) });
    expect(await reconcileTenant(reconciler([[broken]]), id)).to.deep.equal({
      result: 'failed',
      reason: 'still away',
    });
  });

  it('waits for the other step of a stage before it gives up', async () => {
    let finished = false;
    const slow = step('slow', {
      async apply({ signal }) {
        await new Promise((resolve) => setImmediate(resolve));
        finished = !signal.aborted;
        return {};
      },
    });
    const broken = step('broken', { apply: () => Promise.reject(new Error('no')) });
    await reconcileTenant(reconciler([[broken, slow]]), await requested());
    expect(finished).to.equal(true);
  });

  it('hands a tenant back when the worker stops, without counting a failure', async () => {
    const stopping = new AbortController();
    const interrupted = step('interrupted', {
      async apply({ signal }) {
        stopping.abort(new Error('the worker stops'));
        signal.throwIfAborted();
        return {};
      },
    });
    const id = await requested();
    const outcome = await reconcileTenant(reconciler([[interrupted]], stopping.signal), id);
    expect(outcome).to.deep.equal({ result: 'handed back' });
    expect((await takeLease(database.pool, id, 'worker-2', 1_000)).result).to.equal('leased');
  });

  it('changes nothing once another worker holds the lease', async () => {
    const id = await requested();
    const overtaken = step('overtaken', {
      async apply() {
        await database.pool.query(`UPDATE tenants SET lease_expires_at = now() WHERE id = $1`, [id]);
        expect((await takeLease(database.pool, id, 'worker-2', 60_000)).result).to.equal('leased');
        return { schemaVersion: 'v1', stackState: Buffer.from('late') };
      },
    });
    expect(await reconcileTenant(reconciler([[overtaken]]), id)).to.deep.equal({ result: 'handed back' });
    expect((await findTenant(database.pool, id))?.state).to.equal('provisioning');
  });

  it('does nothing for a tenant that is not there', async () => {
    const outcome = await reconcileTenant(reconciler([[step('any')]]), newTenantId());
    expect(outcome).to.deep.equal({ result: 'unknown' });
  });

  it('audits each attempt: what came of it, and the calls it made', async () => {
    const id = await requested();
    const fails = step('stack', {
      apply: async ({ calls }) => {
        calls.add('kubernetes', 'POST namespaces');
        throw new PermanentError('the namespace is not ours');
      },
    });
    await reconcileTenant(reconciler([[fails]]), id);
    const [entry] = await readAuditEntries(database.pool, { tenantId: id, limit: 10 });
    const [operation] = await listOperations(database.pool, id);
    expect(entry).to.include({
      actor: 'worker:worker-1',
      action: 'operation.attempt',
      requestId: operation?.id,
    });
    expect(entry?.detail).to.deep.equal({
      target: 'active',
      attempt: 1,
      result: 'failed',
      reason: 'the namespace is not ours',
      calls: [{ service: 'kubernetes', call: 'POST namespaces', count: 1 }],
    });
  });
});
