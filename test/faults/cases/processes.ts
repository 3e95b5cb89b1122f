/** Rows 5, 6, 9, 10, 26 and 27: what befalls a worker's process, its child, and its clock. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, readStat, signalProcess } from '../../../tools/platform/process-identity.ts';
import { processTree } from '../../../tools/platform/process-tree.ts';
import { eventually } from '../../support/eventually.ts';
import type { ProvisionerProcess } from '../../support/provisioner-process.ts';
import type { FailpointInput } from '../failpoint-schema.ts';
import type { FaultCase } from '../fault-case.ts';
import { DROPPED_SESSIONS_MODULE, SHIFTED_CLOCK_MODULE } from '../preloads.ts';
import { secondsToSettle, settle } from '../settle.ts';
import type { Stage } from '../stage.ts';
import { underWay } from '../under-way.ts';

const ONE_TENANT = { LANDLORD_WORKER_CONCURRENCY: '1' };
/** Inside a step, before its second transaction says its fence. */
const BEFORE_A_FENCE: FailpointInput = { when: 'before', statement: 'INSERT INTO landlord.fences', nth: 2 };
const BLOCKED_MS = 40_000;
const TAKEN_OVER_MS = 90_000;

export const PROCESS_CASES: readonly FaultCase[] = [
  { row: 5, fault: 'the Pulumi CLI alone is killed', convergeMs: 60_000, inject: killCli },
  { row: 6, fault: 'the worker dies, its CLI lives', convergeMs: 90_000, inject: orphanCli },
  { row: 7, fault: 'the provider drops its connections mid-run', convergeMs: 60_000, inject: dropSessions },
  { row: 9, fault: 'a worker frozen past its lease, then thawed', convergeMs: 30_000, inject: freeze },
  { row: 10, fault: 'event loop blocked 40 s', convergeMs: 30_000, inject: block },
  {
    row: 26,
    fault: 'run directories of a dead process and of a living one',
    convergeMs: 60_000,
    inject: plantRuns,
  },
  {
    row: 27,
    fault: "a worker's clock an hour ahead",
    convergeMs: 90_000,
    inject: (stage) => shiftClock(stage, 1),
  },
  {
    row: 27,
    fault: "a worker's clock an hour behind",
    convergeMs: 90_000,
    inject: (stage) => shiftClock(stage, -1),
  },
];

/** The CLI processes that a worker has started. */
function cliOf(worker: ProvisionerProcess) {
  return processTree(worker.pid).filter(({ pid }) => pid !== worker.pid);
}

async function busyCli(stage: Stage, worker: ProvisionerProcess) {
  await stage.signUp(2);
  await underWay(stage, 'stack');
  return eventually(() => {
    const running = cliOf(worker);
    return running.length > 0 && running;
  });
}

async function killCli(stage: Stage): Promise<void> {
  const worker = await stage.startWorker();
  for (const cli of await busyCli(stage, worker)) signalProcess(cli, 'SIGKILL');
}

async function orphanCli(stage: Stage): Promise<void> {
  const worker = await stage.startWorker();
  await busyCli(stage, worker);
  await worker.end('SIGKILL');
  await stage.startWorker();
}

async function dropSessions(stage: Stage): Promise<void> {
  const environment = { LANDLORD_DROPPED_SESSIONS: '6' };
  await stage.startWorker({ preload: DROPPED_SESSIONS_MODULE, environment });
  await stage.signUp(2);
  await underWay(stage, 'stack');
}

async function freeze(stage: Stage): Promise<void> {
  const frozen = await stage.startWorker({
    failpoint: { ...BEFORE_A_FENCE, action: 'freeze' },
    environment: ONE_TENANT,
  });
  await stage.signUp(1);
  await eventually(() => readStat(frozen.pid)?.state === 'T', { timeoutMs: 30_000 });
  await stage.startWorker();
  await takeOver(stage);
  frozen.signal('SIGCONT');
  await saysItLostItsLease(frozen);
}

async function block(stage: Stage): Promise<void> {
  const failpoint: FailpointInput = { ...BEFORE_A_FENCE, action: 'block', milliseconds: BLOCKED_MS };
  const blocked = await stage.startWorker({ failpoint, environment: ONE_TENANT });
  await stage.signUp(1);
  await underWay(stage, 'database');
  await stage.startWorker();
  await takeOver(stage);
  await saysItLostItsLease(blocked);
}

async function takeOver(stage: Stage): Promise<void> {
  const seconds = await secondsToSettle(stage, TAKEN_OVER_MS);
  stage.notes.push(`another worker had finished ${seconds.toFixed(1)} s after it had started`);
}

/** It must not have done anything since, which the invariants show; and it goes on working. */
async function saysItLostItsLease(worker: ProvisionerProcess): Promise<void> {
  await eventually(() => worker.log.some((line) => line.includes('lease lost')), { timeoutMs: 60_000 });
}

async function plantRuns(stage: Stage): Promise<void> {
  const self = identifyProcess(process.pid);
  const living = join(stage.runsDirectory, `run-${process.pid}-${self?.startTicks}-Living`);
  // No process has this number: it is above the kernel's highest.
  const dead = join(stage.runsDirectory, 'run-4194305-1-Dead00');
  for (const directory of [living, dead]) mkdirSync(join(directory, 'home'), { recursive: true });
  await stage.startWorker();
  await stage.signUp(1);
  await settle(stage, 60_000);
  if (existsSync(dead)) throw new Error("the dead process' run directory was not cleared");
  if (!existsSync(living)) throw new Error("the living process' run directory was cleared");
  rmSync(living, { recursive: true });
}

async function shiftClock(stage: Stage, hours: number): Promise<void> {
  await stage.startWorker({
    preload: SHIFTED_CLOCK_MODULE,
    environment: { LANDLORD_CLOCK_HOURS: `${hours}` },
  });
  const normal = await stage.startWorker();
  await stage.signUp(6);
  await underWay(stage);
  await normal.end('SIGKILL');
  await stage.startWorker();
}
