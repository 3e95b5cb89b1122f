import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, checkpointSchema } from '../tenancy/audit/seal.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';

/** Every checkpoint in the files below a directory. @throws CommandError when one can't be read */
export async function readCheckpoints(directory: string): Promise<Checkpoint[]> {
  const names = await readdir(directory, { recursive: true }).catch((error) => fail(directory, error));
  const checkpoints: Checkpoint[] = [];
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    checkpoints.push(await readCheckpoint(join(directory, name)));
  }
  return checkpoints;
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  try {
    return checkpointSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    return fail(path, error);
  }
}

function fail(path: string, cause: unknown): never {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = code === undefined ? 'it holds no checkpoint' : code;
  throw new CommandError(EXIT.failure, `cannot read the checkpoints in ${path}: ${reason}`, { cause });
}
