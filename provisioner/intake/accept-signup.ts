import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { ConflictError, KeyReusedError } from '../../tenancy/errors.ts';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import type { SignupBody } from '../../tenancy/signup.ts';
import { appendAudit } from '../store/append-audit.ts';
import { claimKey } from '../store/claim-key.ts';
import { createTenant } from '../store/create-tenant.ts';
import { withTransaction } from '../store/transaction.ts';

export interface Signup {
  /** Who asks: a token's fingerprint or the queue. Scopes the idempotency key. */
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly body: SignupBody;
  readonly requestId: string;
}

export interface Accepted {
  readonly tenantId: TenantId;
  readonly state: 'requested';
}

/**
 * Accepts a signup: tenant, operation, audit row and wake-up in one transaction. Its commit is acceptance.
 * The same key with the same body answers with the tenant it made the first time.
 * @throws KeyReusedError the caller used this key with another body
 * @throws ConflictError the slug is taken
 */
export async function acceptSignup(db: Pool, signup: Signup): Promise<Accepted> {
  const { caller, idempotencyKey, body } = signup;
  return withTransaction(db, async (client) => {
    const tenantId = newTenantId();
    const claim = { caller, key: idempotencyKey, bodySha256: hashOf(body), tenantId };
    const claimed = await claimKey(client, claim);
    if (claimed.result === 'reused') {
      throw new KeyReusedError(
        `idempotency key "${idempotencyKey}" was already used with another body: send the same body, or a new key`,
      );
    }
    if (claimed.result === 'known') return { tenantId: claimed.tenantId, state: 'requested' };
    if (!(await createTenant(client, tenantId, body))) {
      throw new ConflictError(`slug "${body.slug}" is taken: choose another`);
    }
    const detail = { plan: body.plan };
    const entry = { actor: caller, action: 'tenant.request', tenantId, requestId: signup.requestId, detail };
    await appendAudit(client, entry);
    return { tenantId, state: 'requested' };
  });
}

/** SHA-256 of the parsed body, so that the order and the spacing of its JSON don't matter. */
function hashOf(body: SignupBody): Buffer {
  const { slug, company, email, plan } = body;
  return createHash('sha256')
    .update(JSON.stringify([slug, company, email, plan]))
    .digest();
}
