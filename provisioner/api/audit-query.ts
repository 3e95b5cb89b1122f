import { z } from 'zod';

/** `after` and `limit`, as both lists of the audit log have them. */
export function pageQuerySchema(maxLimit: number) {
  const rule = `must be a whole number from 1 to ${maxLimit}`;
  return z.strictObject({
    // The id of an entry that someone forged may be negative.
    after: z
      .string()
      .regex(/^-?\d{1,15}$/, 'must be the "next" of an earlier page')
      .transform(Number)
      .optional(),
    limit: z
      .string()
      .regex(/^\d{1,4}$/, rule)
      .default(String(maxLimit))
      .transform(Number)
      .pipe(z.int().min(1, rule).max(maxLimit, rule)),
  });
}
