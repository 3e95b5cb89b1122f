/** A tenant and an operation as the HTTP API shows them; the command line parses its answers with these. */
import { z } from 'zod';
import { overridesSchema, planNameSchema } from './plans.ts';
import { operationKindSchema, operationStateSchema, stepStateSchema, tenantStateSchema } from './states.ts';

const instant = z.iso.datetime();

export const tenantViewSchema = z.strictObject({
  id: z.string(),
  slug: z.string(),
  company: z.string(),
  plan: planNameSchema,
  /** Limits that a contract sets for this tenant alone. */
  overrides: overridesSchema,
  state: tenantStateSchema,
  /** Why the tenant failed, or what it waits for; null when there is nothing to say. */
  reason: z.string().nullable(),
  namespace: z.string(),
  schema: z.string(),
  role: z.string(),
  stack: z.string(),
  createdAt: instant,
  readyAt: instant.nullable(),
  /** Counts changes to the wish; `observedGeneration` is the last one made real. */
  generation: z.int(),
  observedGeneration: z.int(),
  /** When a deleted tenant's grace ends and its erasure begins; null when it is not being deleted. */
  eraseAfter: instant.nullable(),
  legalHold: z.boolean(),
});
export type TenantView = z.infer<typeof tenantViewSchema>;

/** One page; `next` is an opaque cursor for the following one, null on the last. */
export const tenantPageSchema = z.strictObject({
  items: z.array(tenantViewSchema),
  next: z.string().nullable(),
});
export type TenantPage = z.infer<typeof tenantPageSchema>;

export const operationViewSchema = z.strictObject({
  id: z.string(),
  tenantId: z.string(),
  kind: operationKindSchema,
  state: operationStateSchema,
  reason: z.string().nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      attempt: z.int(),
      state: stepStateSchema,
      error: z.string().nullable(),
      startedAt: instant,
      finishedAt: instant.nullable(),
    }),
  ),
});
export type OperationView = z.infer<typeof operationViewSchema>;

/** RFC 9457 problem details, as every error answer of the API carries them. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.strictObject({ field: z.string(), rule: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
