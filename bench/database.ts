/**
 * A new tenant's database, made by replay and by Knex itself, side by side in one run:
 * `TENANT_DATABASE_URL=postgresql://… node bench/database.ts [ROUNDS]`. What it makes it removes.
 */
import createKnex from 'knex';
import pg from 'pg';
import { ensureTenantDatabase } from '../provisioner/database/ensure-tenant.ts';
import { prepareTenantsDatabase } from '../provisioner/database/prepare-cell.ts';
import { TENANT_MIGRATIONS } from '../provisioner/database/read-migrations.ts';
import { verifyTenantDatabase } from '../provisioner/database/verify-tenant.ts';
import { newTenantId } from '../tenancy/ids.ts';
import { type TenantSpec, tenantSpec } from '../tenancy/tenant-spec.ts';

const url = process.env.TENANT_DATABASE_URL ?? '';
if (url === '') throw new Error('set TENANT_DATABASE_URL; "make up" writes it to .landlord/dev.env');
const rounds = Number(process.argv[2] ?? 30);
const AT_ONCE = 4;
const FENCE = { epoch: 1, number: 1 };
const pool = new pg.Pool({ connectionString: url, max: AT_ONCE });
const made: TenantSpec[] = [];

function newTenant(): TenantSpec {
  const cell = {
    database: { host: 'bench', port: 1, name: 'bench' },
    gatewayNamespace: 'bench',
    poolerNamespace: 'bench',
  };
  const tenant = tenantSpec({ id: newTenantId(), plan: 'team', overrides: {} }, cell);
  made.push(tenant);
  return tenant;
}

/** Role, schema, migrations, rights: all that a tenant has. */
const replay = (tenant: TenantSpec) => ensureTenantDatabase(pool, tenant, FENCE);
const verify = (tenant: TenantSpec) => verifyTenantDatabase(pool, tenant);

/** The schema and its migrations alone, without role and rights. */
async function migrate(tenant: TenantSpec): Promise<void> {
  await pool.query(`CREATE SCHEMA ${tenant.schema}`);
  const migrations = { directory: TENANT_MIGRATIONS, loadExtensions: ['.ts'] };
  const connection = { client: 'pg', connection: url, pool: { min: 0, max: 1 } };
  const knex = createKnex({ ...connection, searchPath: tenant.schema, migrations });
  await knex.migrate.latest();
  await knex.destroy();
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function report(what: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  process.stdout.write(`${what.padEnd(44)} p50 ${at(0.5).padStart(7)} ms   p95 ${at(0.95).padStart(7)} ms\n`);
}

async function alone(): Promise<void> {
  const times = {
    replay: [] as number[],
    migrate: [] as number[],
    again: [] as number[],
    verify: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    const tenant = newTenant();
    times.replay.push(await milliseconds(() => replay(tenant)));
    times.again.push(await milliseconds(() => replay(tenant)));
    times.verify.push(await milliseconds(() => verify(tenant)));
    times.migrate.push(await milliseconds(() => migrate(newTenant())));
  }
  report('replay: role, schema, rights', times.replay);
  report('knex migrate: schema alone', times.migrate);
  report('replay of a tenant that is up to date', times.again);
  report('verify', times.verify);
}

async function atOnce(what: string, make: (tenant: TenantSpec) => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < Math.ceil(rounds / AT_ONCE); round += 1) {
    const four = Array.from({ length: AT_ONCE }, newTenant);
    times.push(...(await Promise.all(four.map((tenant) => milliseconds(() => make(tenant))))));
  }
  report(`${what}, ${AT_ONCE} at once, each`, times);
}

async function remove(): Promise<void> {
  for (const { schema, role, id } of made) {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; DROP ROLE IF EXISTS ${role}`);
    await pool.query('DELETE FROM landlord.fences WHERE tenant_id = $1', [id]);
  }
}

try {
  await prepareTenantsDatabase(pool);
  process.stdout.write(
    `First tenant, with the recording: ${(await milliseconds(() => replay(newTenant()))).toFixed(0)} ms\n`,
  );
  await alone();
  await atOnce('replay', replay);
  await atOnce('knex migrate', migrate);
} finally {
  await remove();
  await pool.end();
}
