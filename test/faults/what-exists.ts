/** What PostgreSQL and Kubernetes hold of tenants. */
import type { ClusterConnection } from '../../provisioner/kubernetes/connection.ts';
import type { TestDatabase } from '../support/databases.ts';
import { withSuperuser } from '../support/superuser.ts';
import { tenantNamespaces } from './tenant-namespaces.ts';

/** Names of what belongs to tenants now. */
export interface Existing {
  readonly schemas: ReadonlySet<string>;
  /** Of the whole server. */
  readonly roles: ReadonlySet<string>;
  /** Of the whole cluster. */
  readonly namespaces: ReadonlySet<string>;
}

export async function whatExists(engines: {
  readonly tenants: TestDatabase;
  readonly cluster: ClusterConnection;
}): Promise<Existing> {
  const names = (sql: string) =>
    withSuperuser(async (client) => {
      const { rows } = await client.query<{ name: string }>(sql);
      return new Set(rows.map(({ name }) => name));
    }, engines.tenants.url);
  const [schemas, roles, namespaces] = await Promise.all([
    names(`SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^t_'`),
    names(`SELECT rolname AS name FROM pg_roles WHERE rolname ~ '^t_'`),
    tenantNamespaces(engines.cluster),
  ]);
  return { schemas, roles, namespaces: new Set(namespaces.map(({ name }) => name)) };
}
