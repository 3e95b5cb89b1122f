import type { OrphanKind } from '../../tenancy/drift-view.ts';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { tenantNames } from '../../tenancy/names.ts';
import { countedConnection, type ProviderCalls } from '../audit/provider-calls.ts';
import { listTenantRoles, listTenantSchemas } from '../database/list-tenant-objects.ts';
import { listTenantNamespaces } from '../kubernetes/tenant-namespace.ts';
import { databaseTime, type MarkedObject, recordOrphans, tenantsAliveSince } from '../store/orphans.ts';
import type { Scanner } from './scanner.ts';

/**
 * Writes down what carries a tenant's mark and no tenant has: left by an erasure or a restore, or marked by hand. Removes
 * nothing.
 * @returns how many kinds could not be listed
 */
export async function scanOrphans(scanner: Scanner, calls: ProviderCalls): Promise<number> {
  const scans = Object.entries(LISTS).map(([kind, list]) =>
    scanKind(scanner, kind as OrphanKind, () => list(scanner, calls)),
  );
  const settled = await Promise.allSettled(scans);
  const failures = settled.filter((each) => each.status === 'rejected');
  for (const { reason } of failures) scanner.logger.warn('orphans not listed', { error: String(reason) });
  return failures.length;
}

const LISTS: Readonly<
  Record<OrphanKind, (scanner: Scanner, calls: ProviderCalls) => Promise<MarkedObject[]>>
> = {
  async namespace({ cluster }, calls) {
    const found = await listTenantNamespaces(countedConnection(cluster, calls));
    return found.map(({ namespace, tenantId }) => ({
      kind: 'namespace',
      name: namespace,
      labelled: tenantId,
    }));
  },
  async schema({ tenantsDatabase }) {
    const found = await listTenantSchemas(tenantsDatabase);
    return found.map(({ schema, tenantId }) => ({ kind: 'schema', name: schema, labelled: tenantId }));
  },
  async role({ tenantsDatabase }) {
    const found = await listTenantRoles(tenantsDatabase);
    return found.map(({ role, tenantId }) => ({ kind: 'role', name: role, labelled: tenantId }));
  },
};

/** A tenant's row is there before anything of it is, and says it is erased only after all of it is gone. */
async function scanKind(
  { db }: Scanner,
  kind: OrphanKind,
  list: () => Promise<MarkedObject[]>,
): Promise<void> {
  const since = await databaseTime(db);
  const found = await list();
  const labels = found.map(({ labelled }) => labelled);
  const alive = await tenantsAliveSince(db, labels, since);
  const isOwned = ({ name, labelled }: MarkedObject) => {
    const id = tenantIdSchema.safeParse(labelled);
    return id.success && alive.has(id.data) && tenantNames(id.data)[kind] === name;
  };
  const orphans = found.filter((each) => !isOwned(each));
  await recordOrphans(db, kind, orphans);
}
