/** Safety: what must hold after every fault, whatever it was. Each finding is a sentence. */
import { verifyTenantDatabase } from '../../provisioner/database/verify-tenant.ts';
import { verifyTenantObjects } from '../../provisioner/kubernetes/verify.ts';
import { auditProblems } from './audit-problems.ts';
import { canaryProblems } from './canaries.ts';
import { existenceProblems } from './existence.ts';
import { leftByRuns } from './left-by-runs.ts';
import type { Stage } from './stage.ts';
import { type StagedTenant, tenantsOf } from './tenants-of.ts';

/** Looks at every engine. Call it when all has settled. */
export async function findViolations(stage: Stage): Promise<string[]> {
  const tenants = await tenantsOf(stage);
  const findings = await Promise.all([
    acceptanceProblems(stage, tenants),
    journalProblems(stage),
    existenceProblems(stage, tenants),
    Promise.all(tenants.filter(isWhole).map((tenant) => wholenessProblems(stage, tenant))),
    canaryProblems(stage, tenants),
    auditProblems(stage),
    leftByRuns(stage.runsDirectory),
  ]);
  return [...findings.flat(2), ...stage.fences.violations, ...stage.crashes];
}

/** Each accepted signup is one tenant, which is ready or says why not; no tenant is there that nobody was told of. */
function acceptanceProblems({ accepted }: Stage, tenants: readonly StagedTenant[]): string[] {
  const rows = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  const told = new Set(accepted.values());
  return [
    ...[...accepted].flatMap(([slug, id]) =>
      rows.has(id) ? [] : [`signup ${slug} was accepted as ${id} and is lost`],
    ),
    ...tenants
      .filter(({ id }) => !told.has(id))
      .map(({ id, slug }) => `nobody was told of tenant ${id} (${slug})`),
    ...tenants.filter((tenant) => !tenant.isSettled).map(({ id, state }) => `${id} is still ${state}`),
    ...tenants
      .filter(({ state, reason }) => state === 'failed' && !reason)
      .map(({ id }) => `${id} failed without a reason`),
  ];
}

function isWhole({ state }: StagedTenant): boolean {
  return state === 'ready' || state === 'suspended';
}

async function wholenessProblems(stage: Stage, { spec }: StagedTenant): Promise<string[]> {
  const problems = await Promise.all([
    verifyTenantDatabase(stage.tenants.pool, spec),
    verifyTenantObjects(stage.cluster, spec),
  ]);
  return problems.flat().map((problem) => `${spec.id} is said to be ready, but: ${problem}`);
}

/** What has settled has no operation or step under way, and holds no lease. */
async function journalProblems({ control }: Stage): Promise<string[]> {
  const { rows } = await control.pool.query<{ finding: string }>(`
    SELECT format('operation %s (%s) of the settled %s is %s', o.id, o.kind, t.id, o.state) AS finding
      FROM operations o JOIN tenants t ON t.id = o.tenant_id
      WHERE t.observed_generation = t.generation AND o.state IN ('pending', 'running')
    UNION ALL
    SELECT format('step %s of %s, which has ended, runs', s.name, o.id)
      FROM operation_steps s JOIN operations o ON o.id = s.operation_id
      WHERE s.state = 'running' AND o.state = 'succeeded'
    UNION ALL
    SELECT format('%s is settled and still leased to %s', id, lease_holder)
      FROM tenants WHERE observed_generation = generation AND lease_expires_at > clock_timestamp()`);
  return rows.map(({ finding }) => finding);
}
