/** Checkpoints of the audit log in a directory outside the database: one file a seal, never written twice. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Checkpoint, checkpointSchema } from '../../tenancy/audit/seal.ts';

export interface Checkpoints {
  /** The one with the highest number. @throws Error when the directory or the file can't be read */
  newest(): Promise<Checkpoint | undefined>;
  /** Writes one, or finds it written. @throws Error when there is another one of its number */
  keep(checkpoint: Checkpoint): Promise<void>;
}

/** So many files lie in one directory. */
const FOLDER = 1_000;

export async function openCheckpoints(directory: string): Promise<Checkpoints> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return { newest: () => newestIn(directory), keep: (checkpoint) => keepIn(directory, checkpoint) };
}

/** Read from the directory each time: other workers may share it. */
async function newestIn(directory: string): Promise<Checkpoint | undefined> {
  const folders = (await readdir(directory)).filter((name) => /^\d+$/.test(name)).sort();
  for (const folder of folders.toReversed()) {
    const files = (await readdir(join(directory, folder))).filter((name) => /^\d+\.json$/.test(name)).sort();
    const [last] = files.slice(-1);
    if (last !== undefined) return readCheckpoint(join(directory, folder, last));
  }
  return undefined;
}

async function keepIn(directory: string, checkpoint: Checkpoint): Promise<void> {
  const path = pathOf(directory, checkpoint.number);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.draft`;
  await writeDurably(draft, `${JSON.stringify(checkpoint)}\n`);
  try {
    // Unlike a rename, a link never replaces a file, and never shows half of one.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await requireSame(path, checkpoint);
  } finally {
    await rm(draft, { force: true });
  }
}

async function requireSame(path: string, { hash }: Checkpoint): Promise<void> {
  if ((await readCheckpoint(path)).hash === hash) return;
  throw new Error(
    `${path} is the checkpoint of another seal: two audit logs share a directory, or one was rewritten`,
  );
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  try {
    return checkpointSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} does not hold a checkpoint`, { cause });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Names of equal length, so that their order is the seals'. */
function pathOf(directory: string, number: number): string {
  const folder = Math.floor(number / FOLDER);
  return join(directory, String(folder).padStart(10, '0'), `${String(number).padStart(13, '0')}.json`);
}
