/** What an API caller may ask of a tenant that exists: the bodies, and the answer to a wish that was taken. */
import { z } from 'zod';
import { planNameSchema } from './plans.ts';
import { companySchema } from './signup.ts';

const MAX_GRACE_HOURS = 24 * 365;

/** The body of `PATCH /v1/tenants/{id}`; what is left out stays. */
export const tenantPatchSchema = z
  .strictObject({ company: companySchema.optional(), plan: planNameSchema.optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'must name what to change: company, plan or both');
export type TenantPatch = z.infer<typeof tenantPatchSchema>;

/** Hours of grace, written as a decimal number: 0.5 is half an hour. */
export const graceHoursSchema = z
  .string()
  .regex(/^[0-9]{1,5}(\.[0-9]{1,6})?$/, 'must be a number of hours such as 72 or 0.5')
  .transform(Number)
  .pipe(z.number().max(MAX_GRACE_HOURS, `must be at most ${MAX_GRACE_HOURS} hours`));

/** Why something was done that must be explained later; it stays in the audit log for good. */
export const reasonBodySchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(500, 'must have at most 500 characters')
    .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must not hold control characters'),
});

/** The answer to a wish: the operation that makes it real, and the tenant's new generation. */
export const wishAcceptedSchema = z.strictObject({
  tenantId: z.string(),
  operationId: z.string(),
  generation: z.int(),
});
export type WishAccepted = z.infer<typeof wishAcceptedSchema>;
