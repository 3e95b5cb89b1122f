/** Stops the development platform; `clean` removes its data too. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { withLock } from '../toolchain/lock.ts';
import { DIRECTORY, knownPlatform } from './development.ts';
import { platformLayout } from './layout.ts';
import { type StopReport, takeDown } from './take-down.ts';

export interface DownOptions {
  readonly directory?: string;
  readonly report: (report: StopReport) => void;
  readonly onWait: (holder: { readonly pid: number }) => void;
  /** Ends that waiting. */
  readonly signal: AbortSignal;
}

/** Resolves when nothing of it runs. Data, ports and secrets stay. */
export async function down(options: DownOptions): Promise<void> {
  const directory = options.directory ?? DIRECTORY;
  await withLock(directory, options.onWait, options.signal, () => stopAll(directory, options.report));
}

/** Stops it and removes everything it kept: databases, cluster, queues, secrets. */
export async function clean(options: DownOptions): Promise<void> {
  const directory = options.directory ?? DIRECTORY;
  await withLock(directory, options.onWait, options.signal, async () => {
    await stopAll(directory, options.report);
    const layout = platformLayout(directory);
    const isElsewhere = !layout.postgres.startsWith(`${layout.directory}/`);
    if (isElsewhere) rmSync(dirname(layout.postgres), { recursive: true, force: true });
    rmSync(layout.directory, { recursive: true, force: true });
  });
}

async function stopAll(directory: string, report: (report: StopReport) => void): Promise<void> {
  const known = knownPlatform(directory);
  if (known !== undefined) await takeDown(known.platform.layout, known.units, report);
}
