import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Checkpoint } from '../../tenancy/audit/seal.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';

describe('checkpoints', () => {
  let directory: string;
  let checkpoints: Checkpoints;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
    checkpoints = await openCheckpoints(directory);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const filesOf = async () =>
    (await readdir(directory, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());

  it('of none have no newest', async () => {
    expect(await checkpoints.newest()).to.equal(undefined);
  });

  it('are found by the highest number, in whatever order they came', async () => {
    for (const number of [1_000, 2, 10_000, 999]) await checkpoints.keep(checkpoint(number));
    expect(await checkpoints.newest()).to.deep.equal(checkpoint(10_000));
    expect(await filesOf()).to.have.length(4);
  });

  it('are kept once, and never replaced', async () => {
    const other = { ...checkpoint(7), hash: 'f'.repeat(64) };
    await Promise.all([checkpoints.keep(checkpoint(7)), checkpoints.keep(checkpoint(8))]);
    await checkpoints.keep(checkpoint(7));
    const error = await checkpoints.keep(other).catch((thrown: Error) => thrown);
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/0007\.json is the checkpoint of another seal/);
    expect(await filesOf()).to.have.length(2);
  });

  it('that are damaged are named', async () => {
    await checkpoints.keep(checkpoint(1));
    const [file] = await filesOf();
    await writeFile(join(file?.parentPath ?? '', file?.name ?? ''), '');
    const error = await checkpoints.newest().catch((thrown: Error) => thrown);
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/0001\.json does not hold a checkpoint/);
  });
});

function checkpoint(number: number): Checkpoint {
  return { number, epoch: 1, sealedAt: '2026-11-23T17:00:00.000Z', hash: '0'.repeat(64), signature: 'none' };
}
