/** The provisioner's settings, read once from the environment; every problem is reported at once. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readAuditKey } from '../tenancy/audit/keys.ts';
import { parseInput } from '../tenancy/parse.ts';
import type { Cell } from '../tenancy/tenant-spec.ts';

const port = z.coerce.number('must be a port number').int().min(0).max(65_535);
const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' });

const controlSchema = z.object({
  CONTROL_DATABASE_URL: databaseUrl,
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
});

const queueFields = {
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// URL' }),
  LANDLORD_QUEUE_PREFIX: z.string().min(1).default('landlord'),
};

const apiToken = z.string().min(16, 'must have at least 16 characters');

const apiSchema = controlSchema.extend({
  ...queueFields,
  LANDLORD_API_TOKEN: apiToken,
  /** A second person's token, for approving what the first asked. */
  LANDLORD_APPROVER_TOKEN: apiToken.optional(),
  LANDLORD_API_PORT: port,
});

/** An Ed25519 private key, PKCS #8 in base64: `openssl genpkey -algorithm ed25519 -outform DER | base64`. */
const auditKey = z.string('must be an Ed25519 private key').transform((text, context) => {
  try {
    return readAuditKey(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const workerSchema = controlSchema.extend({
  TENANT_DATABASE_URL: databaseUrl,
  ...queueFields,
  KUBECONFIG: z.string('must be the path of a kubeconfig file').min(1),
  PATH_PREFIX: z.string('must be the directory that holds pulumi').min(1),
  LANDLORD_STATE_PASSPHRASE: z.string().min(16, 'must have at least 16 characters'),
  LANDLORD_AUDIT_KEY: auditKey,
  /** Outside the database, where those who run it can't write. */
  LANDLORD_CHECKPOINTS_DIRECTORY: z.string('must be a directory').min(1),
  LANDLORD_WORKER_PORT: port.default(0),
  LANDLORD_RUNS_DIRECTORY: z.string().min(1).default(join(tmpdir(), 'landlord-runs')),
  LANDLORD_WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  LANDLORD_ERASURES_PER_HOUR: z.coerce.number().int().min(0).default(20),
  /** Minutes from one look for drift to the next; 0 leaves only those that are asked for. */
  LANDLORD_DRIFT_INTERVAL_MINUTES: z.coerce.number().int().min(0).default(60),
  LANDLORD_DRIFT_POLICY: z.enum(['mend', 'report']).default('mend'),
  LANDLORD_POOLER_HOST: z.string().min(1).default('pgbouncer.landlord-system.svc.cluster.local'),
  LANDLORD_POOLER_PORT: port.default(6432),
  LANDLORD_POOLER_NAMESPACE: z.string().min(1).default('landlord-system'),
  LANDLORD_GATEWAY_NAMESPACE: z.string().min(1).default('landlord-gateway'),
  ENGINE: z.enum(['direct', 'stock']).default('direct'),
  KUBERNETES_PROVIDER: z.enum(['resident', 'official']).default('official'),
});

type Environment = Readonly<Record<string, string | undefined>>;
export type ControlConfig = z.infer<typeof controlSchema>;
export type ApiConfig = z.infer<typeof apiSchema>;
export type WorkerConfig = z.infer<typeof workerSchema>;

/** @throws InvalidInputError naming each wrong variable */
export function readControlConfig(environment: Environment): ControlConfig {
  return parseInput(controlSchema, environment);
}

/** @throws InvalidInputError naming each wrong variable */
export function readApiConfig(environment: Environment): ApiConfig {
  return parseInput(apiSchema, environment);
}

/** @throws InvalidInputError naming each wrong variable */
export function readWorkerConfig(environment: Environment): WorkerConfig {
  return parseInput(workerSchema, environment);
}

/** The tokens that the API takes; each stands for another person. */
export function apiTokens(config: ApiConfig): string[] {
  const { LANDLORD_API_TOKEN, LANDLORD_APPROVER_TOKEN } = config;
  return LANDLORD_APPROVER_TOKEN === undefined
    ? [LANDLORD_API_TOKEN]
    : [LANDLORD_API_TOKEN, LANDLORD_APPROVER_TOKEN];
}

/** Where the worker's cell keeps what its tenants share. */
export function cellOf(config: WorkerConfig): Cell {
  const name = decodeURIComponent(new URL(config.TENANT_DATABASE_URL).pathname.slice(1));
  return {
    database: { host: config.LANDLORD_POOLER_HOST, port: config.LANDLORD_POOLER_PORT, name },
    gatewayNamespace: config.LANDLORD_GATEWAY_NAMESPACE,
    poolerNamespace: config.LANDLORD_POOLER_NAMESPACE,
  };
}
