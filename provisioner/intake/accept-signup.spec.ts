import { expect } from 'chai';
import { ConflictError, KeyReusedError } from '../../tenancy/errors.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { signupBodySchema } from '../../tenancy/signup.ts';
import { createControlDatabase, type TestDatabase } from '../../test/support/databases.ts';
import { acceptSignup } from './accept-signup.ts';

describe('acceptSignup', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createControlDatabase();
  });
  after(() => database.drop());

  const body = (slug: string, company = 'Acme Ltd') =>
    parseInput(signupBodySchema, { slug, company, email: 'ada@acme.example', plan: 'team' });
  const signup = (slug: string, idempotencyKey: string, caller = 'queue:signups') => ({
    caller,
    idempotencyKey,
    body: body(slug),
    requestId: 'request-1',
  });
  const count = async (table: string, tenantId: string) => {
    const column = table === 'tenants' ? 'id' : 'tenant_id';
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${column} = $1`,
      [tenantId],
    );
    return rows[0].n as number;
  };

  it('writes tenant, operation, event, audit and wake-up together', async () => {
    const { tenantId, state } = await acceptSignup(database.pool, signup('together', 'k1'));
    expect(state).to.equal('requested');
    for (const table of ['tenants', 'operations', 'events', 'audit', 'outbox', 'idempotency_keys']) {
      expect(await count(table, tenantId), table).to.equal(1);
    }
  });

  it('makes one tenant of the same signup sent ten times at once', async () => {
    const accepted = await Promise.all(
      Array.from({ length: 10 }, () => acceptSignup(database.pool, signup('ten-times', 'k2'))),
    );
    expect(new Set(accepted.map((each) => each.tenantId)).size).to.equal(1);
    expect(await count('outbox', accepted[0]?.tenantId ?? '')).to.equal(1);
  });

  it('gives a slug to one of fifty who ask for it at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => acceptSignup(database.pool, signup('wanted', `wanted-${n}`))),
    );
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).to.have.length(49);
    for (const reason of refused) expect(reason).to.be.instanceOf(ConflictError);
  });

  it('leaves nothing of a refused signup behind, so its key can be used again', async () => {
    await acceptSignup(database.pool, signup('first-come', 'k3'));
    const refused = await acceptSignup(database.pool, signup('first-come', 'k4')).catch((error) => error);
    expect(refused).to.be.instanceOf(ConflictError);
    expect(refused.message).to.include('"first-come" is taken');
    await acceptSignup(database.pool, signup('second-choice', 'k4'));
  });

  it('refuses a key with another body', async () => {
    await acceptSignup(database.pool, signup('original', 'k5'));
    const other = { ...signup('original', 'k5'), body: body('original', 'Other Ltd') };
    expect(await acceptSignup(database.pool, other).catch((error) => error)).to.be.instanceOf(KeyReusedError);
  });

  it('keeps the keys of different callers apart', async () => {
    const one = await acceptSignup(database.pool, signup('caller-one', 'k6', 'api:one'));
    const other = await acceptSignup(database.pool, signup('caller-two', 'k6', 'api:two'));
    expect(one.tenantId).not.to.equal(other.tenantId);
  });
});
