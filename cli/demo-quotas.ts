/** What the cluster itself says of the tenants' quotas, asked with kubectl as an operator would. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { TENANT_LABEL } from '../tenancy/names.ts';
import type { DemoEnvironment } from './demo-environment.ts';

const quotaListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string() }),
      status: z.object({ hard: z.object({ pods: z.string() }) }),
    }),
  ),
});

/** The hard limit of pods, by namespace, of every tenant's quota. */
export async function readPodQuotas(environment: DemoEnvironment): Promise<Map<string, string>> {
  const { KUBECONFIG, PATH_PREFIX } = environment;
  const { stdout } = await promisify(execFile)(
    join(PATH_PREFIX, 'kubectl'),
    ['get', 'resourcequotas', '--all-namespaces', '--selector', TENANT_LABEL, '--output', 'json'],
    { env: { ...process.env, KUBECONFIG }, maxBuffer: 64 * 1024 * 1024 },
  );
  const { items } = quotaListSchema.parse(JSON.parse(stdout));
  return new Map(items.map((quota) => [quota.metadata.namespace, quota.status.hard.pods]));
}
