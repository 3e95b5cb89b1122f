/** Starts what does not run of the development platform. */
import { locateToolchain } from '../toolchain/locate.ts';
import { withLock } from '../toolchain/lock.ts';
import { bringUp, type UnitReport } from './bring-up.ts';
import { writeDevEnv } from './dev-env.ts';
import { DIRECTORY, developmentPorts, developmentUnits, wantedWorkers } from './development.ts';
import { type Platform, preparePlatform } from './platform.ts';

export interface UpOptions {
  readonly directory?: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly report: (report: UnitReport) => void;
  /** Called when another process is bringing the platform up or down, which is waited for. */
  readonly onWait: (holder: { readonly pid: number }) => void;
  /** Ends that waiting. */
  readonly signal: AbortSignal;
}

/** Resolves when everything answers. @throws Error or AggregateError saying what did not come up, and why */
export async function up(options: UpOptions): Promise<Platform> {
  const directory = options.directory ?? DIRECTORY;
  const toolchain = await locateToolchain();
  return withLock(directory, options.onWait, options.signal, async () => {
    const workers = wantedWorkers(options.environment);
    const platform = await preparePlatform({ directory, ports: developmentPorts(workers), isDurable: true });
    writeDevEnv(platform, toolchain);
    await bringUp(platform.layout, developmentUnits(platform, workers), toolchain, options.report);
    return platform;
  });
}
