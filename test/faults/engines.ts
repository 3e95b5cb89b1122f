/** The engines of the throw-away platform one by one: each can be ended by force, frozen, and started again. */
import { bringUp } from '../../tools/platform/bring-up.ts';
import { ENGINE_PORTS, engineUnits } from '../../tools/platform/engines.ts';
import { runningProcess } from '../../tools/platform/pid-file.ts';
import { type Platform, preparePlatform } from '../../tools/platform/platform.ts';
import { signalProcess } from '../../tools/platform/process-identity.ts';
import { locateToolchain } from '../../tools/toolchain/locate.ts';
import { eventually } from '../support/eventually.ts';

export type EngineName = 'postgres' | 'valkey' | 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

const ENDED_MS = 30_000;

export interface Engines {
  readonly platform: Platform;
  /** Sends the signal to the engine's main process; returns when that has ended. */
  kill(engine: EngineName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts every engine that does not run; returns when all answer. */
  start(): Promise<void>;
}

/** The engines that already run in a directory. */
export async function openEngines(directory: string): Promise<Engines> {
  const toolchain = await locateToolchain();
  const platform = await preparePlatform({ directory, ports: ENGINE_PORTS, isDurable: false });
  return {
    platform,
    async kill(engine, signal = 'SIGKILL') {
      const identity = runningProcess(platform.layout, engine);
      if (identity === undefined) throw new Error(`${engine} does not run`);
      signalProcess(identity, signal);
      await eventually(() => runningProcess(platform.layout, engine) === undefined, { timeoutMs: ENDED_MS });
    },
    start: () => bringUp(platform.layout, engineUnits(platform), toolchain),
  };
}
