/** What the tenant's own pods may ask the API server: to read their surroundings, nothing secret, nothing to change. */
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import { Role } from '@pulumi/kubernetes/rbac/v1/role.js';
import { RoleBinding } from '@pulumi/kubernetes/rbac/v1/roleBinding.js';
import { tenantMetadata } from './metadata.ts';
import type { Home } from './namespace.ts';

const NAME = 'tenant';
const READ = ['get', 'list', 'watch'];

/** Registers the service account, its role and their binding, all named `tenant`. */
export function createAccess(home: Home): void {
  const metadata = tenantMetadata(home, NAME);
  const account = new ServiceAccount('service-account', { metadata, automountServiceAccountToken: false });
  const role = new Role('role', {
    metadata,
    rules: [
      { apiGroups: [''], resources: ['configmaps', 'pods', 'services'], verbs: READ },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ],
  });
  new RoleBinding('role-binding', {
    metadata,
    subjects: [{ kind: 'ServiceAccount', name: account.metadata.name, namespace: home.namespace }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
  });
}
