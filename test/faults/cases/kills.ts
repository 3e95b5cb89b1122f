/** Rows 1 to 4 and 8: processes killed at every point that matters. */
import { eventually } from '../../support/eventually.ts';
import { acceptedBy, startApiProcess } from '../api-process.ts';
import { DATABASE_CALLS, STEP_BOUNDARIES } from '../boundaries.ts';
import type { FailpointInput } from '../failpoint-schema.ts';
import type { FaultCase } from '../fault-case.ts';
import { dies, killAtEach } from '../kill-at.ts';
import { withSignupQueue } from '../signup-queue.ts';
import type { Stage } from '../stage.ts';

const ACCEPTANCE = 'INSERT INTO idempotency_keys';
const BEFORE_ACCEPTANCE: FailpointInput = {
  when: 'before',
  statement: 'COMMIT',
  inTransactionOf: ACCEPTANCE,
};
const AFTER_ACCEPTANCE: FailpointInput = { when: 'after', statement: 'COMMIT', inTransactionOf: ACCEPTANCE };
const WOKEN_MS = 10_000;
/** More than BullMQ's own limit, which is one stall. */
const KILLS = 3;

export const KILLS_CASES: readonly FaultCase[] = [
  {
    row: 1,
    fault: 'API killed before the commit; the client tries again',
    convergeMs: 60_000,
    inject: (stage) => signUpTwice(stage, BEFORE_ACCEPTANCE),
  },
  {
    row: 1,
    fault: 'worker killed before a job is committed',
    convergeMs: 60_000,
    inject: (stage) => killOnJob(stage, 1),
  },
  {
    row: 2,
    fault: 'API killed after the commit, before its answer',
    convergeMs: 60_000,
    inject: async (stage) => {
      await stage.startWorker();
      await signUpTwice(stage, AFTER_ACCEPTANCE);
      await isWoken(stage);
    },
  },
  {
    row: 2,
    fault: 'relay killed before it sends the wake-up',
    convergeMs: 60_000,
    inject: async (stage) => {
      await stage.signUp(1);
      // The relay's first look finds it, perhaps before the worker says that it has started.
      const failpoint: FailpointInput = { when: 'after', statement: 'DELETE FROM outbox' };
      const worker = await stage.startWorker({ failpoint }).catch(() => undefined);
      if (worker !== undefined) await dies(worker, failpoint);
      await stage.startWorker();
      await isWoken(stage);
    },
  },
  {
    row: 3,
    fault: `worker killed at each of ${Object.keys(STEP_BOUNDARIES).length} step boundaries`,
    convergeMs: 90_000,
    inject: (stage) => killAtEach(stage, Object.values(STEP_BOUNDARIES)),
  },
  {
    row: 4,
    fault: 'worker killed inside its calls to the tenants database',
    convergeMs: 90_000,
    inject: (stage) => killAtEach(stage, Object.values(DATABASE_CALLS)),
  },
  {
    row: 8,
    fault: `the same job's worker killed ${KILLS} times`,
    convergeMs: 60_000,
    inject: (stage) => killOnJob(stage, KILLS),
  },
];

/** The first request ends without an answer; the second, with the same key, is accepted. */
async function signUpTwice(stage: Stage, failpoint: FailpointInput): Promise<void> {
  const doomed = await startApiProcess(stage, { failpoint });
  const answer = await doomed.signUp('acme').catch(() => undefined);
  if (answer !== undefined) throw new Error(`the killed API answered ${answer.status}`);
  await dies(doomed, failpoint);
  const api = await startApiProcess(stage);
  await acceptedBy(api, stage, 'acme');
  await api.end('SIGTERM');
}

async function killOnJob(stage: Stage, times: number): Promise<void> {
  await withSignupQueue(stage, async (queue) => {
    await queue.add(['acme']);
    for (let killed = 0; killed < times; killed += 1) {
      const worker = await stage.startWorker({ failpoint: BEFORE_ACCEPTANCE });
      await dies(worker, BEFORE_ACCEPTANCE);
    }
    await stage.startWorker();
    await queue.accepted(60_000);
  });
}

async function isWoken({ control }: Stage): Promise<void> {
  const isLeased = async () => {
    const { rows } = await control.pool.query<{ woken: boolean }>(
      'SELECT bool_and(lease_number > 0) AS woken FROM tenants',
    );
    return rows[0]?.woken === true;
  };
  await eventually(isLeased, { timeoutMs: WOKEN_MS });
}
