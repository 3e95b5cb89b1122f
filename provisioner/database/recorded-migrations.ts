import type { Pool } from 'pg';
import { readMigrations } from './read-migrations.ts';
import { type Recording, recordMigrations } from './record-migrations.ts';

const recordings = new Map<string, Promise<Recording>>();

/**
 * The recording of a directory's migrations, made once in this process for each state of the files.
 * @throws Error as recordMigrations does
 */
export async function recordedMigrations(pool: Pool, directory: string): Promise<Recording> {
  const files = await readMigrations(directory);
  const known = recordings.get(files.hash);
  if (known) return known;
  const recording = recordMigrations(pool, files);
  recordings.set(files.hash, recording);
  // A failure is told to those who wait for it now; the next to ask tries again.
  recording.catch(() => recordings.delete(files.hash));
  return recording;
}
