/** Writes a file that only its owner may read (mode 0600), whole or not at all. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

export function writePrivateFile(path: string, content: string): void {
  const draft = `${path}.new`;
  // A draft left behind by an interrupt would keep its own mode.
  rmSync(draft, { force: true });
  writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}
