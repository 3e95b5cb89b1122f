/** The plan table: every limit of every plan, each with its unit in its name. */
import { z } from 'zod';

export const planNameSchema = z.enum(
  ['starter', 'team', 'business', 'enterprise'],
  'must be starter, team, business or enterprise',
);
export type PlanName = z.infer<typeof planNameSchema>;

/** The limits of a plan; a contract may override single ones for one tenant. */
export const limitsSchema = z.strictObject({
  pods: z.int().positive(),
  cpuCores: z.int().positive(),
  memoryGibibytes: z.int().positive(),
  volumesGibibytes: z.int().positive(),
  requestsPerMinute: z.int().positive(),
  requestsAtOnce: z.int().positive(),
  databaseGigabytes: z.int().positive(),
  statementTimeoutSeconds: z.int().positive(),
});
export type Limits = z.infer<typeof limitsSchema>;
export const overridesSchema = limitsSchema.partial();
export type Overrides = z.infer<typeof overridesSchema>;

export interface Plan {
  readonly limits: Limits;
  /** Whether the tenant gets a LOGIN role of its own. */
  readonly ownLogin: boolean;
  /** Monthly price in cents; null where a contract sets it. */
  readonly monthlyCents: number | null;
}

/** Source: the product's price list. */
export const PLANS: Readonly<Record<PlanName, Plan>> = {
  starter: plan([5, 1, 2, 5, 600, 10, 1, 10], false, 4_900),
  team: plan([20, 4, 8, 20, 3_000, 40, 10, 30], false, 19_900),
  business: plan([60, 12, 24, 100, 12_000, 120, 50, 60], true, 99_900),
  enterprise: plan([200, 48, 96, 500, 50_000, 500, 500, 300], true, null),
};

type Row = readonly [number, number, number, number, number, number, number, number];

function plan(row: Row, ownLogin: boolean, monthlyCents: number | null): Plan {
  const [pods, cpuCores, memoryGibibytes, volumesGibibytes] = row;
  const [, , , , requestsPerMinute, requestsAtOnce, databaseGigabytes, statementTimeoutSeconds] = row;
  const compute = { pods, cpuCores, memoryGibibytes, volumesGibibytes };
  const service = { requestsPerMinute, requestsAtOnce, databaseGigabytes, statementTimeoutSeconds };
  return { limits: { ...compute, ...service }, ownLogin, monthlyCents };
}

/** The plan's limits with a contract's exceptions laid over them. */
export function effectiveLimits(name: PlanName, overrides: Overrides): Limits {
  return limitsSchema.parse({ ...PLANS[name].limits, ...overrides });
}
