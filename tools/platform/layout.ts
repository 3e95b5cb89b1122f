/** Where everything of one platform lies, below its own directory (`.landlord` of the checkout, or a temporary one). */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface Layout {
  readonly directory: string;
  readonly logs: string;
  readonly pids: string;
  readonly pki: string;
  readonly runs: string;
  /** Of the audit log. */
  readonly checkpoints: string;
  readonly etcdData: string;
  readonly valkeyData: string;
  /** PostgreSQL's own directory: below `directory`, or elsewhere when its account cannot reach that. */
  readonly postgres: string;
  readonly portsFile: string;
  readonly secretsFile: string;
  readonly kubeconfig: string;
  readonly devEnv: string;
}

/** The layout of the platform in a directory (which need not exist yet). */
export function platformLayout(path: string): Layout {
  const directory = resolve(path);
  const below = (name: string) => join(directory, name);
  return {
    directory,
    logs: below('logs'),
    pids: below('pids'),
    pki: below('pki'),
    runs: below('runs'),
    checkpoints: below('checkpoints'),
    etcdData: below('etcd'),
    valkeyData: below('valkey'),
    postgres: postgresDirectory(directory),
    portsFile: below('ports.json'),
    secretsFile: below('secrets.json'),
    kubeconfig: below('kubeconfig'),
    devEnv: below('dev.env'),
  };
}

/**
 * PostgreSQL refuses to run as root, so root runs it under another account; that account cannot enter a directory
 * below, say, /root, and its data then lies in /var/lib/landlord under a name derived from the directory.
 */
function postgresDirectory(directory: string): string {
  if (process.getuid?.() !== 0 || isReachableByAll(directory)) return join(directory, 'postgres');
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join('/var/lib/landlord', name, 'postgres');
}

function isReachableByAll(directory: string): boolean {
  const parent = dirname(directory);
  const mode = statSync(directory, { throwIfNoEntry: false })?.mode ?? 0o755;
  return (mode & 0o001) !== 0 && (parent === directory || isReachableByAll(parent));
}
