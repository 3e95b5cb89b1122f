/** Parse at the edge: a value of the schema's type, or one InvalidInputError with every problem. */
import type { z } from 'zod';
import { type FieldProblem, InvalidInputError } from './errors.ts';

/** @throws InvalidInputError naming each wrong field and the rule it broke */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInputError(result.error.issues.flatMap(fieldProblems));
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: path === '' ? key : `${path}.${key}`,
      rule: 'is not a known field',
    }));
  }
  return [{ field: path === '' ? '(body)' : path, rule: issue.message }];
}
