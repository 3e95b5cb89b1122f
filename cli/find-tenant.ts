import type { TenantView } from '../tenancy/tenant-view.ts';
import type { ApiClient } from './client.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';

/**
 * The tenant that a person named by id or by slug.
 * @throws CommandError when there is none
 */
export async function findTenant(client: ApiClient, name: string): Promise<TenantView> {
  // No slug holds an underscore: a mistyped id is answered as an id that nobody has.
  if (name.startsWith('t_')) return client.showTenant(name);
  const [tenant] = await client.listTenants(name);
  if (tenant !== undefined) return tenant;
  throw new CommandError(
    EXIT.notFound,
    `no tenant has the slug "${name}": "landlord tenants list" shows all`,
  );
}
