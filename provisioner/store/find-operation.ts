import type { OperationId } from '../../tenancy/ids.ts';
import type { OperationView } from '../../tenancy/tenant-view.ts';
import { readOperations } from './operation-row.ts';
import type { Queryable } from './transaction.ts';

/** The operation with this id and its journalled steps, or undefined. */
export async function findOperation(db: Queryable, id: OperationId): Promise<OperationView | undefined> {
  const [operation] = await readOperations(db, 'operations.id = $1', id);
  return operation;
}
