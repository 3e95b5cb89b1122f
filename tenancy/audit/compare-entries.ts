import { type AuditEntry, digestOf } from './entry.ts';
import type { SealContent } from './seal.ts';
import type { Problem } from './verdict.ts';

/** Compares what a seal says of its entries with those that are there now, up to its last one. */
export function compareEntries(seal: SealContent, present: readonly AuditEntry[]): Problem[] {
  const sealed = new Map(seal.entries);
  const now = new Map(present.map((entry) => [entry.id, digestOf(entry)]));
  const problems = seal.entries.flatMap(([id, digest]) => {
    const found = now.get(id);
    return found === digest ? [] : [difference(seal, id, found)];
  });
  const added = present.filter(({ id }) => !sealed.has(id));
  return [...problems, ...added.map((entry) => addedEntry(seal, entry))];
}

function difference(seal: SealContent, id: number, found: string | undefined): Problem {
  const at = { entry: id, seal: seal.number };
  if (found === undefined) {
    return { kind: 'missing entry', ...at, message: `entry ${id} of seal ${seal.number} is gone` };
  }
  const [origin] = seal.entries.find(([, digest]) => digest === found) ?? [];
  if (origin !== undefined) {
    const message = `entry ${id} says what entry ${origin} said when seal ${seal.number} was made`;
    return { kind: 'reordered entry', ...at, message };
  }
  return {
    kind: 'changed entry',
    ...at,
    message: `entry ${id} was changed after seal ${seal.number} was made`,
  };
}

function addedEntry(seal: SealContent, { id }: AuditEntry): Problem {
  const message = `entry ${id} stands in no seal, though seal ${seal.number} covers later ones: it was put in afterwards`;
  return { kind: 'added entry', entry: id, seal: seal.number, message };
}
