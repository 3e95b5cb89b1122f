/** At which statement to PostgreSQL a process is struck, and how. */
import { z } from 'zod';

export const failpointSchema = z.strictObject({
  when: z.enum(['before', 'after']),
  /** A part of the statement's text. */
  statement: z.string().min(1),
  /** One of the statement's parameters. */
  value: z.string().optional(),
  /** A part of an earlier statement of the same transaction: tells one COMMIT from another. */
  inTransactionOf: z.string().optional(),
  /** Which of the matching statements. */
  nth: z.int().positive().default(1),
  action: z.enum(['kill', 'freeze', 'block']).default('kill'),
  /** How long `block` lasts; for the others, how long the signal may take. */
  milliseconds: z.int().positive().default(100),
});
export type Failpoint = z.output<typeof failpointSchema>;
export type FailpointInput = z.input<typeof failpointSchema>;
