/** What specs left behind on the machine and on the throw-away platform. Each finding is a phrase for people. */
import { readdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { httpsRequest } from '../../tools/platform/https-request.ts';
import { openPlatform, type Platform, portOf } from '../../tools/platform/platform.ts';
import { withSuperuser } from '../../tools/platform/services/postgres.ts';
import { redisUrl } from '../../tools/platform/services/valkey.ts';
import { eventually } from '../support/eventually.ts';
import type { RunArea } from './run-area.ts';
import { processesOfSpecs } from './spec-processes.ts';

/** What was ended needs a moment to be gone. */
const GRACE_MS = 3_000;

export async function findLeaks(area: RunArea): Promise<string[]> {
  const platform = openPlatform(area.platform);
  if (platform === undefined) throw new Error(`there is no platform in ${area.platform}`);
  const findings = await Promise.all([
    afterGrace(async () =>
      processesOfSpecs(area).map(({ identity, command }) => `process ${identity.pid}: ${command}`),
    ),
    afterGrace(async () => readdirSync(area.temporary).map((name) => `temporary file: ${name}`)),
    afterGrace(() => leftInPostgres(platform)),
    afterGrace(() => leftInRedis(platform)),
    afterGrace(() => leftInKubernetes(platform)),
  ]);
  return findings.flat();
}

/** The findings that are still there when the grace is over. */
async function afterGrace(find: () => Promise<string[]>): Promise<string[]> {
  let findings: string[] = [];
  const isClean = async () => {
    findings = await find();
    return findings.length === 0;
  };
  await eventually(isClean, { timeoutMs: GRACE_MS }).catch((error: Error) => {
    if (findings.length === 0) throw error;
  });
  return findings;
}

/** Databases of specs, connections, and roles of tenants (roles belong to the server, so no database takes them along). */
function leftInPostgres(platform: Platform): Promise<string[]> {
  return withSuperuser(platform, async (client) => {
    const { rows } = await client.query<{ finding: string }>(`
      SELECT 'database: ' || datname AS finding FROM pg_database WHERE datname LIKE 'test\\_%'
      UNION ALL SELECT 'role: ' || rolname FROM pg_roles WHERE rolname LIKE 't\\_%'
      UNION ALL SELECT format('connection to %s, last: %s', datname, left(query, 80)) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
    return rows.map(({ finding }) => finding);
  });
}

async function leftInRedis(platform: Platform): Promise<string[]> {
  const redis = new Redis(redisUrl(platform), { maxRetriesPerRequest: 1 });
  try {
    return (await redis.keys('*')).map((key) => `Redis key: ${key}`);
  } finally {
    redis.disconnect();
  }
}

const namespacesSchema = z.object({
  items: z.array(
    z.object({ metadata: z.object({ name: z.string() }), status: z.object({ phase: z.string() }) }),
  ),
});

/** A namespace that is being deleted is its controller's business. */
async function leftInKubernetes(platform: Platform): Promise<string[]> {
  const port = portOf(platform, 'kube-apiserver');
  const answer = await httpsRequest({ pki: platform.layout.pki, port, path: '/api/v1/namespaces' });
  const { items } = namespacesSchema.parse(JSON.parse(answer.body));
  return items
    .filter(({ metadata, status }) => status.phase === 'Active' && !isBuiltIn(metadata.name))
    .map(({ metadata }) => `namespace: ${metadata.name}`);
}

function isBuiltIn(namespace: string): boolean {
  return namespace === 'default' || namespace.startsWith('kube-');
}
