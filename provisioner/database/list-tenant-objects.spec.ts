import { expect } from 'chai';
import type { TestDatabase } from '../../test/support/databases.ts';
import { createPreparedDatabase, newTenant } from '../../test/support/tenants-database.ts';
import { ensureTenantDatabase } from './ensure-tenant.ts';
import { listTenantRoles, listTenantSchemas } from './list-tenant-objects.ts';

describe('listTenantSchemas and listTenantRoles', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createPreparedDatabase();
  });
  after(() => database.drop());

  it('list what carries the proof, by whatever name, and nothing else', async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    await ensureTenantDatabase(database.pool, tenant, { epoch: 1, number: 1 });
    await database.pool.query(`
      CREATE SCHEMA ${other.schema}; COMMENT ON SCHEMA ${other.schema} IS 'landlord tenant';
      CREATE SCHEMA renamed; COMMENT ON SCHEMA renamed IS 'landlord tenant ${other.id}'`);
    expect(await listTenantSchemas(database.pool)).to.have.deep.members([
      { tenantId: tenant.id, schema: tenant.schema },
      { tenantId: other.id, schema: 'renamed' },
    ]);
    const roles = await listTenantRoles(database.pool);
    expect(roles).to.deep.include({ tenantId: tenant.id, role: tenant.role });
    expect(roles.every(({ role }) => role.startsWith('t_'))).to.equal(true);
  });
});
