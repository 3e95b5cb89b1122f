/** Lends a temporary directory for a run on throw-away engines, and cleans up after it however it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createRunArea, type RunArea } from './run-area.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs `work`. A signal that asks this process to end cleans up first. */
export async function withRunArea<Result>(work: (area: RunArea) => Promise<Result>): Promise<Result> {
  const area = createRunArea();
  const cleanUp = startJanitor(area);
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => cleanUp().finally(() => process.exit(code)));
  }
  try {
    return await work(area);
  } finally {
    await cleanUp();
  }
}

/** The janitor cleans up once its standard input ends: when we say so, or when this process is no more. */
function startJanitor({ directory }: RunArea): () => Promise<void> {
  const janitor = spawn(process.execPath, [join(import.meta.dirname, 'janitor.ts'), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const exited = once(janitor, 'exit');
  return async () => {
    janitor.stdin.end();
    const [code] = await exited;
    if (code !== 0) throw new Error(`cleaning up ${directory} failed`);
  };
}
