/** Workers that die at a failpoint. */
import { eventually } from '../support/eventually.ts';
import type { ProvisionerProcess } from '../support/provisioner-process.ts';
import type { FailpointInput } from './failpoint-schema.ts';
import type { Stage } from './stage.ts';

/** So many workers at once; each works on one tenant at a time, so that each is struck. */
const AT_ONCE = 6;
const STRUCK_MS = 60_000;
const ONE_TENANT = { LANDLORD_WORKER_CONCURRENCY: '1' };

/** Strikes one worker at each failpoint, each with a new signup. Returns when all are dead. */
export async function killAtEach(stage: Stage, failpoints: readonly FailpointInput[]): Promise<void> {
  for (let next = 0; next < failpoints.length; next += AT_ONCE) {
    const batch = failpoints.slice(next, next + AT_ONCE);
    const workers = await Promise.all(
      batch.map((failpoint) => stage.startWorker({ failpoint, environment: ONE_TENANT })),
    );
    await stage.signUp(batch.length);
    await Promise.all(workers.map((worker, index) => dies(worker, batch[index])));
  }
}

/** Waits for a worker's death. @throws when it outlives its failpoint */
export async function dies(worker: ProvisionerProcess, failpoint?: FailpointInput): Promise<void> {
  let isDead = false;
  void worker.exited.then(() => {
    isDead = true;
  });
  await eventually(() => isDead, { timeoutMs: STRUCK_MS }).catch((cause: Error) => {
    const end = worker.log.slice(-3).join(' | ');
    throw new Error(`no worker came to ${JSON.stringify(failpoint)}; its log ends: ${end}`, { cause });
  });
}
