/** What the demo needs of the dev.env that `make up` writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { parseInput } from '../tenancy/parse.ts';

const schema = z.object({
  REDIS_URL: z.url(),
  KUBECONFIG: z.string().min(1),
  PATH_PREFIX: z.string().min(1),
  LANDLORD_API_URL: z.url(),
  LANDLORD_API_TOKEN: z.string().min(1),
});
export type DemoEnvironment = z.infer<typeof schema>;

/** @throws InvalidInputError naming each variable that is missing or wrong */
export function readDemoEnvironment(checkout: string): DemoEnvironment {
  return parseInput(schema, parseEnv(readFileSync(join(checkout, '.landlord', 'dev.env'), 'utf8')));
}
