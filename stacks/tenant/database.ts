/** Where the tenant's data lies, for its pods to read. No password: credentials never pass through the stack. */
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { tenantMetadata } from './metadata.ts';
import type { Home } from './namespace.ts';

/** Registers the config map `database`: host, port, database, schema and role. */
export function createDatabaseConfig(home: Home): void {
  const { cell, schema, role } = home.spec;
  const { host, port, name: database } = cell.database;
  new ConfigMap('database', {
    metadata: tenantMetadata(home, 'database'),
    data: { host, port: String(port), database, schema, role },
  });
}
