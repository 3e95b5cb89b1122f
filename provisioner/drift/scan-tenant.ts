import type { OperationId } from '../../tenancy/ids.ts';
import { tenantSpec } from '../../tenancy/tenant-spec.ts';
import type { Look } from '../reconcile/step.ts';
import { recordFindings } from '../store/drift-findings.ts';
import { lockWhenStillSettled, type SettledTenant } from '../store/settled-tenants.ts';
import { withTransaction } from '../store/transaction.ts';
import { askForRepair } from './ask-for-repair.ts';
import type { Scanner } from './scanner.ts';

export type TenantScanned =
  | { readonly result: 'sound' }
  | {
      readonly result: 'drifted';
      readonly problems: readonly string[];
      /** Null where drift is only reported. */
      readonly repairId: OperationId | null;
    }
  /** An operation began meanwhile: what was seen may be its work, and says nothing. */
  | { readonly result: 'overtaken' };

/**
 * Compares what exists of a settled tenant with its spec, writes down what differs, and asks for its repair if that is
 * the policy. Changes nothing of the tenant itself.
 * @throws Error when it can't be looked at
 */
export async function scanTenant(
  { db, cell, catalogue, policy }: Scanner,
  tenant: SettledTenant,
  means: Pick<Look, 'calls' | 'signal'>,
): Promise<TenantScanned> {
  const look: Look = { spec: tenantSpec(tenant.wish, cell), stackState: tenant.stackState, ...means };
  const steps = catalogue.flat();
  const looks = steps.flatMap((step) => [step.verify(look), step.compare?.(look) ?? []]);
  const problems = (await Promise.all(looks)).flat();
  const { id } = tenant.wish;
  return withTransaction(db, async (client) => {
    if (!(await lockWhenStillSettled(client, tenant))) return { result: 'overtaken' };
    await recordFindings(client, id, problems);
    if (problems.length === 0) return { result: 'sound' };
    const repairId = policy === 'mend' ? await askForRepair(client, id, problems) : null;
    return { result: 'drifted', problems, repairId };
  });
}
