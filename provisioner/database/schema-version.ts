import { parse } from 'node:path';
import type { Recording } from './record-migrations.ts';

/** The version that a recording leads to: its last migration, without the file's extension. */
export function schemaVersion(recording: Recording): string {
  return parse(recording.migrations.at(-1)?.name ?? '').name;
}
