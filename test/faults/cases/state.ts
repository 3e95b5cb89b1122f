/** Rows 24 and 25: what befalls the Pulumi state. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { settle } from '../settle.ts';
import type { Stage } from '../stage.ts';
import { wish } from '../wish.ts';

const DISK = '256k';

export const STATE_CASES: readonly FaultCase[] = [
  { row: 24, fault: 'the disk is full under an engine run', convergeMs: 120_000, inject: fillDisk },
  {
    row: 25,
    fault: "a tenant's Pulumi state is cut to zero bytes",
    convergeMs: 60_000,
    inject: (stage) => damage(stage, `''`),
  },
  {
    row: 25,
    fault: "a tenant's Pulumi state is cut in half",
    convergeMs: 60_000,
    inject: (stage) => damage(stage, 'substring(stack_state FOR length(stack_state) / 2)'),
  },
];

/** A ready tenant gets another plan while there is no room; its old state must stay until there is. */
async function fillDisk(stage: Stage): Promise<void> {
  const id = await stage.signUpOne();
  const first = await stage.startWorker();
  await settle(stage, 60_000);
  await first.end('SIGTERM');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=700`, 'tmpfs', stage.runsDirectory]);
  stage.onClose(async () => execFileSync('umount', [stage.runsDirectory]));
  const filler = join(stage.runsDirectory, 'filler');
  writeFileSync(filler, Buffer.alloc(128 * 1024));
  const before = await stateOf(stage);
  await wish(stage, id, { wish: 'update', plan: 'business' });
  await stage.startWorker();
  await eventually(() => failsForRoom(stage), { timeoutMs: 60_000 });
  if (!(await stateOf(stage)).equals(before))
    throw new Error('the old state was replaced by a run that failed');
  execFileSync('mount', ['-o', 'remount,size=256m', stage.runsDirectory]);
  rmSync(filler);
}

async function stateOf({ control }: Stage): Promise<Buffer> {
  const { rows } = await control.pool.query<{ stack_state: Buffer }>('SELECT stack_state FROM tenants');
  return rows[0]?.stack_state ?? Buffer.alloc(0);
}

async function failsForRoom({ control }: Stage): Promise<boolean> {
  const { rowCount } = await control.pool.query(
    'SELECT FROM tenants WHERE attempts > 0 AND reason IS NOT NULL',
  );
  return rowCount === 1;
}

async function damage(stage: Stage, damaged: string): Promise<void> {
  const id = await stage.signUpOne();
  await stage.startWorker();
  await settle(stage, 60_000);
  await stage.control.pool.query(`UPDATE tenants SET stack_state = ${damaged}`);
  await wish(stage, id, { wish: 'update', plan: 'business' });
}
