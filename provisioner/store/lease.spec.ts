import { expect } from 'chai';
import { LeaseLostError } from '../../tenancy/errors.ts';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { requestTenant } from '../../test/support/control-tenants.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { findTenant } from './find-tenant.ts';
import { finishStep } from './finish-step.ts';
import { listDueTenants } from './list-due.ts';
import { listOperations } from './list-operations.ts';
import { markFailed } from './mark-failed.ts';
import { markReady } from './mark-ready.ts';
import { releaseLease } from './release-lease.ts';
import { renewLease } from './renew-lease.ts';
import { scheduleRetry } from './schedule-retry.ts';
import { startStep } from './start-step.ts';
import { type LeasedTenant, takeLease } from './take-lease.ts';

const LONG_MS = 60_000;
const REALISED = { schemaVersion: 'v1', stackState: Buffer.from('state') };

describe('lease', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createControlDatabase();
  });
  after(() => database.drop());

  const requested = () => requestTenant(database.pool);

  async function leased(id: TenantId, durationMs = LONG_MS): Promise<LeasedTenant> {
    const taken = await takeLease(database.pool, id, 'worker-1', durationMs);
    if (taken.result !== 'leased') throw new Error(`not leased but ${taken.result}`);
    return taken.tenant;
  }

  it('goes to one of many who ask at once, and starts the operation', async () => {
    const id = await requested();
    const asked = Array.from({ length: 10 }, () => takeLease(database.pool, id, 'worker', LONG_MS));
    const results = (await Promise.all(asked)).map((taken) => taken.result);
    expect(results.filter((result) => result === 'leased')).to.have.length(1);
    expect(results.filter((result) => result === 'busy')).to.have.length(9);
    expect((await findTenant(database.pool, id))?.state).to.equal('provisioning');
    expect((await listOperations(database.pool, id))[0]?.state).to.equal('running');
  });

  it('knows a tenant that is not there from one with nothing to do', async () => {
    expect(await takeLease(database.pool, newTenantId(), 'worker', LONG_MS)).to.deep.equal({
      result: 'unknown',
    });
    const id = await requested();
    await markReady(database.pool, await leased(id), REALISED);
    expect(await takeLease(database.pool, id, 'worker', LONG_MS)).to.deep.equal({ result: 'idle' });
  });

  it('can be taken again after it ended, with a higher fence', async () => {
    const id = await requested();
    const first = await leased(id, 0);
    const second = await leased(id);
    expect(second.fence.number).to.be.above(first.fence.number);
  });

  const writers: Record<string, (tenant: LeasedTenant) => Promise<unknown>> = {
    renewLease: (tenant) => renewLease(database.pool, tenant.wish.id, tenant.fence, LONG_MS),
    startStep: (tenant) => startStep(database.pool, step(tenant)),
    finishStep: (tenant) => finishStep(database.pool, { ...step(tenant), attempt: 1, error: null }),
    markReady: (tenant) => markReady(database.pool, tenant, REALISED),
    markFailed: (tenant) => markFailed(database.pool, tenant, 'because'),
    scheduleRetry: (tenant) => scheduleRetry(database.pool, tenant, { reason: 'because', delayMs: 1 }),
  };
  const step = (tenant: LeasedTenant) => ({
    tenantId: tenant.wish.id,
    fence: tenant.fence,
    operationId: tenant.operationId,
    name: 'database',
  });

  for (const [name, write] of Object.entries(writers)) {
    it(`once ended refuses ${name}, and changes nothing`, async () => {
      const id = await requested();
      const late = await leased(id, 0);
      const current = await leased(id);
      await startStep(database.pool, step(current));
      const before = [await findTenant(database.pool, id), await listOperations(database.pool, id)];
      expect(await write(late).catch((error) => error)).to.be.instanceOf(LeaseLostError);
      expect([await findTenant(database.pool, id), await listOperations(database.pool, id)]).to.deep.equal(
        before,
      );
      await renewLease(database.pool, id, current.fence, LONG_MS);
    });
  }

  it('of an earlier epoch is refused', async () => {
    const id = await requested();
    const tenant = await leased(id);
    await database.pool.query('UPDATE control_epoch SET epoch = epoch + 1');
    const late = await markReady(database.pool, tenant, REALISED).catch((error) => error);
    expect(late).to.be.instanceOf(LeaseLostError);
  });

  it('that ended with its worker counts as a failed attempt, one handed back does not', async () => {
    const id = await requested();
    expect((await leased(id, 0)).attempts).to.equal(0);
    const second = await leased(id);
    expect(second.attempts).to.equal(1);
    await releaseLease(database.pool, id, second.fence);
    expect((await leased(id)).attempts).to.equal(1);
  });

  it('released early lets the next worker in', async () => {
    const id = await requested();
    const tenant = await leased(id);
    await releaseLease(database.pool, id, tenant.fence);
    await leased(id);
  });

  it('closes the attempt that a dead worker left open', async () => {
    const id = await requested();
    await startStep(database.pool, step(await leased(id, 1_000)));
    await database.pool.query(`UPDATE tenants SET lease_expires_at = now() WHERE id = $1`, [id]);
    expect(await startStep(database.pool, step(await leased(id)))).to.equal(2);
    const [operation] = await listOperations(database.pool, id);
    expect(operation?.steps.map((each) => [each.attempt, each.state])).to.deep.equal([
      [1, 'failed'],
      [2, 'running'],
    ]);
    expect(operation?.steps[0]?.error).to.include('ended before');
  });

  it('keeps a tenant from the sweeper while it is held, and gives it back when it has ended', async () => {
    const id = await requested();
    const isDue = async () => (await listDueTenants(database.pool, 1_000)).some((due) => due.id === id);
    expect(await isDue(), 'left to its own wake-up').to.equal(false);
    await scheduleRetry(database.pool, await leased(id), { reason: 'because', delayMs: 0 });
    expect(await isDue(), 'due again').to.equal(true);
    await leased(id);
    expect(await isDue(), 'held').to.equal(false);
  });
});
