/** The signup as it comes in, by queue or by HTTP: versioned, strict, every problem reported at once. */
import { z } from 'zod';
import { slugSchema } from './names.ts';
import { planNameSchema } from './plans.ts';
import { text } from './text.ts';

export const SIGNUPS_QUEUE = 'signups';
export const SIGNUP_JOB = 'signup';

/** Printable text for people: no control characters, which could forge log lines or terminal output. */
export const companySchema = text()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must not hold control characters');

const emailSchema = text()
  .max(254, 'must have at most 254 characters')
  .pipe(z.email('must be an e-mail address such as ada@example.com'));

export const idempotencyKeySchema = text()
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')
  .regex(/^[\x21-\x7e]+$/, 'may hold only printable ASCII without spaces');

const fields = { slug: slugSchema, company: companySchema, email: emailSchema, plan: planNameSchema };

/** The body of `POST /v1/tenants`; the key comes in the `Idempotency-Key` header. */
export const signupBodySchema = z.strictObject(fields);
export type SignupBody = z.infer<typeof signupBodySchema>;

/** The data of a `signup` job on the `signups` queue, version 1. */
export const signupJobSchema = z.strictObject({
  version: z.literal(1, 'must be 1, the only version there is'),
  ...fields,
  idempotencyKey: idempotencyKeySchema,
});
export type SignupJob = z.input<typeof signupJobSchema>;

/** What a `signup` job returns on acceptance. */
export const signupAcceptedSchema = z.strictObject({ tenantId: z.string(), state: z.literal('requested') });
export type SignupAccepted = z.infer<typeof signupAcceptedSchema>;
