import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface Wanted {
  readonly name: string;
  readonly versionArguments: readonly string[];
  readonly accepts: (version: string) => boolean;
  /** Names that must stand in the same directory once links are followed. */
  readonly companions: readonly string[];
}

export interface Found {
  readonly path: string;
  readonly version: string;
  /** Where the executable really lies. */
  readonly directory: string;
}

const PROBE_TIMEOUT_MS = 10_000;

/** The first executable on `searchPath` with an accepted version and all its companions beside it. */
export async function findOnPath(wanted: Wanted, searchPath: string): Promise<Found | undefined> {
  const probed = new Set<string>();
  for (const directory of searchPath.split(delimiter)) {
    const path = join(directory, wanted.name);
    if (!directory.startsWith('/') || !(await isExecutable(path))) continue;
    const real = await realpath(path);
    if (probed.has(real)) continue;
    probed.add(real);
    const version = await probeVersion(path, wanted.versionArguments);
    const companions = wanted.companions.map((name) => isExecutable(join(dirname(real), name)));
    if (version === undefined || !wanted.accepts(version)) continue;
    if ((await Promise.all(companions)).every(Boolean)) return { path, version, directory: dirname(real) };
  }
  return undefined;
}

/** The first `1.2.3` or `1.2.3-suffix` that the executable prints, or undefined when it prints none or fails. */
export async function probeVersion(
  path: string,
  versionArguments: readonly string[],
): Promise<string | undefined> {
  try {
    const { code, output } = await runCommand(path, versionArguments, {
      environment: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    return code === 0 ? /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?/.exec(output)?.[0] : undefined;
  } catch {
    return undefined;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
