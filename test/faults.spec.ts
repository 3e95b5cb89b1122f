/** A short slice of the faults (`make faults` has them all), for every run of the specs. */
import { expect } from 'chai';
import { STEP_BOUNDARIES } from './faults/boundaries.ts';
import { findViolations } from './faults/invariants.ts';
import { killAtEach } from './faults/kill-at.ts';
import { openStage } from './faults/open-stage.ts';
import { seededRandom } from './faults/random.ts';
import { settle } from './faults/settle.ts';
import { withSignupQueue } from './faults/signup-queue.ts';
import type { Stage } from './faults/stage.ts';
import { underWay } from './faults/under-way.ts';

const SETTLED_MS = 90_000;
/** One for each step; `make faults` strikes on both sides of every one. */
const BOUNDARIES = [
  'after the lease is taken',
  'after step database is done',
  'after step stack is done',
  'before verify is done',
  'before ready',
  'after ready',
] as const;
const SEED = 20_261_101;

describe('fault', function () {
  this.timeout(180_000);
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage(seededRandom(SEED), false);
  });
  afterEach(() => stage.close());

  const expectSurvived = async () => {
    await settle(stage, SETTLED_MS);
    expect(await findViolations(stage)).to.deep.equal([]);
  };

  it('"worker killed" is survived between any two steps', async () => {
    await killAtEach(
      stage,
      BOUNDARIES.map((name) => STEP_BOUNDARIES[name]),
    );
    await stage.startWorker();
    await expectSurvived();
  });

  it('"queues lost, a signup sent twenty times" makes one tenant of each', async () => {
    await withSignupQueue(stage, async (queue) => {
      await stage.startWorker();
      await stage.signUp(1);
      await queue.add(['acorn', ...Array.from({ length: 20 }, () => 'beech')]);
      await underWay(stage);
      // What FLUSHALL does, to this spec's queues alone.
      await stage.queue.obliterate();
      await queue.accepted(SETTLED_MS);
    });
    await expectSurvived();
    expect(stage.accepted.size).to.equal(3);
  });
});
