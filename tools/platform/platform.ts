/** One platform: where it lies, on which ports, with which secrets. What its units are made from. */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { type Layout, platformLayout } from './layout.ts';
import { runningProcess, startedServices } from './pid-file.ts';
import { ensurePorts, type Ports, readPorts } from './ports.ts';
import { ensureSecrets, type Secrets } from './secrets.ts';

export interface Platform {
  readonly layout: Layout;
  readonly ports: Ports;
  readonly secrets: Secrets;
  /** False for a throw-away platform: nothing need survive a power cut, so no fsync. */
  readonly isDurable: boolean;
}

export interface PlatformOptions {
  readonly directory: string;
  /** Names of the ports to find and keep. */
  readonly ports: readonly string[];
  readonly isDurable: boolean;
}

/** The service that a port belongs to: `etcd-peer` is etcd's. */
const PORT_OWNERS: Readonly<Record<string, string>> = { 'etcd-peer': 'etcd' };

/** Opens the platform in a directory, choosing ports and secrets where it has none yet. */
export async function preparePlatform(options: PlatformOptions): Promise<Platform> {
  const layout = platformLayout(options.directory);
  mkdirSync(layout.directory, { recursive: true });
  assertOwned(layout.directory);
  // PostgreSQL's account passes through it; what is secret inside has a mode of its own.
  chmodSync(layout.directory, 0o755);
  for (const directory of [layout.logs, layout.pids, layout.runs]) mkdirSync(directory, { recursive: true });
  const isDown = (port: string) => runningProcess(layout, PORT_OWNERS[port] ?? port) === undefined;
  const mayMove = startedServices(layout).every((name) => runningProcess(layout, name) === undefined);
  return {
    layout,
    ports: await ensurePorts(layout.portsFile, options.ports, isDown, mayMove),
    secrets: ensureSecrets(layout.secretsFile),
    isDurable: options.isDurable,
  };
}

/** Opens a platform that was prepared before, changing nothing; undefined when there is none. */
export function openPlatform(directory: string): Platform | undefined {
  const layout = platformLayout(directory);
  const ports = readPorts(layout.portsFile);
  if (Object.keys(ports).length === 0) return undefined;
  assertOwned(layout.directory);
  return { layout, ports, secrets: ensureSecrets(layout.secretsFile), isDurable: true };
}

/** The port kept under a name. */
export function portOf(platform: Platform, name: string): number {
  const port = platform.ports[name];
  if (port === undefined) throw new Error(`${platform.layout.portsFile} has no port for ${name}`);
  return port;
}

function assertOwned(directory: string): void {
  const owner = statSync(directory).uid;
  if (owner === process.getuid?.()) return;
  throw new Error(
    `${directory} belongs to user ${owner}, not to you: use the account that made it, or remove it as that account`,
  );
}
