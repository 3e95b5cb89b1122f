import type { TenantId } from '../../tenancy/ids.ts';
import type { OperationView } from '../../tenancy/tenant-view.ts';
import { readOperations } from './operation-row.ts';
import type { Queryable } from './transaction.ts';

/** A tenant's operations with their steps, newest first. */
export async function listOperations(db: Queryable, tenantId: TenantId): Promise<OperationView[]> {
  return readOperations(db, 'operations.tenant_id = $1', tenantId);
}
