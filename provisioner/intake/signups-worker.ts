/** The signups queue in: each job is parsed, accepted or refused. */
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { Logger } from 'winston';
import { ConflictError, InvalidInputError, KeyReusedError } from '../../tenancy/errors.ts';
import { parseInput } from '../../tenancy/parse.ts';
import { SIGNUP_JOB, SIGNUPS_QUEUE, type SignupAccepted, signupJobSchema } from '../../tenancy/signup.ts';
import { acceptSignup } from './accept-signup.ts';

/** A crash is never the job's fault, so a job that stalled is taken up again however often that happens. */
const MAX_STALLED_COUNT = 1_000_000;
const LOCK_MS = 10_000;
const CONCURRENCY = 8;
/** Jobs carry a person's address: they are kept as long as somebody may want to look, unless the producer says otherwise. */
const KEEP_COMPLETED_SECONDS = 24 * 3_600;
const KEEP_REFUSED_SECONDS = 30 * 24 * 3_600;
/** How long a job waits when the control database can't be reached. */
const UNREACHABLE_DELAY_MS = 2_000;

export interface SignupsWorkerOptions {
  readonly db: Pool;
  readonly connection: Redis;
  readonly prefix: string;
  readonly logger: Logger;
}

/** Starts taking signups. A job completes on acceptance; one that can't be accepted fails with the reason. */
export function startSignupsWorker(options: SignupsWorkerOptions): Worker {
  const { connection, prefix, logger } = options;
  const worker = new Worker(SIGNUPS_QUEUE, (job, token) => takeSignup(options, job, token), {
    connection,
    prefix,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    maxStalledCount: MAX_STALLED_COUNT,
    removeOnComplete: { age: KEEP_COMPLETED_SECONDS },
    removeOnFail: { age: KEEP_REFUSED_SECONDS },
  });
  worker.on('error', (error) => logger.warn('signups queue', { error: error.message }));
  worker.on('failed', (job, error) => {
    logger.warn('signup refused', { jobId: job?.id, reason: error.message });
  });
  return worker;
}

async function takeSignup(options: SignupsWorkerOptions, job: Job, token?: string): Promise<SignupAccepted> {
  try {
    return await accept(options.db, job);
  } catch (error) {
    if (isRefusal(error)) throw new UnrecoverableError(error.message);
    // What failed is ours, not the job's: it stays on the queue until the control database answers.
    options.logger.error('signup waits', { jobId: job.id, error: String(error) });
    await job.moveToDelayed(Date.now() + UNREACHABLE_DELAY_MS, token);
    throw new DelayedError();
  }
}

async function accept(db: Pool, job: Job): Promise<SignupAccepted> {
  if (job.name !== SIGNUP_JOB) {
    const rule = `must be "${SIGNUP_JOB}" on the queue "${SIGNUPS_QUEUE}", not "${job.name}"`;
    throw new InvalidInputError([{ field: '(job name)', rule }]);
  }
  const { version: _, idempotencyKey, ...body } = parseInput(signupJobSchema, job.data);
  const requestId = `job-${job.id}`;
  return acceptSignup(db, { caller: `queue:${SIGNUPS_QUEUE}`, idempotencyKey, body, requestId });
}

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof InvalidInputError || error instanceof ConflictError || error instanceof KeyReusedError
  );
}
