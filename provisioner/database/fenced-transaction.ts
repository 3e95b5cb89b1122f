import type { Pool, PoolClient } from 'pg';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { withTransaction } from '../store/transaction.ts';
import { raiseFence } from './raise-fence.ts';
import { retryContention } from './retry-contention.ts';

/** No statement may wait or work long, and a hung worker may not keep its locks. */
const LIMITS = `
  SET LOCAL lock_timeout = '10s';
  SET LOCAL statement_timeout = '60s';
  SET LOCAL idle_in_transaction_session_timeout = '30s'`;

/**
 * Changes one tenant in its database: one transaction under the tenant's fence, tried again on contention.
 * @throws LeaseLostError when a later fence was seen
 */
export async function fencedTransaction<Result>(
  pool: Pool,
  tenant: TenantId,
  fence: Fence,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return retryContention(() =>
    withTransaction(pool, async (client) => {
      await client.query(LIMITS);
      await raiseFence(client, tenant, fence);
      return work(client);
    }),
  );
}
