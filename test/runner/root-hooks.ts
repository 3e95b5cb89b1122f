/**
 * Hooks around each spec file, in mocha's worker processes. Mocha ends its workers by force, which would hide what a
 * file left open; so each file is asked whether it still keeps the event loop alive.
 */
import { strict as assert } from 'node:assert';
import type { RootHookObject } from 'mocha';
import { eventually } from '../support/eventually.ts';

const GRACE_MS = 2_000;
let before: ReadonlyMap<string, number> = new Map();

export const mochaHooks: RootHookObject = {
  beforeAll() {
    before = openResources();
  },
  async afterAll() {
    let left: string[] = [];
    const isClosed = () => {
      left = openedSince(before);
      return left.length === 0;
    };
    await eventually(isClosed, { timeoutMs: GRACE_MS }).catch(() => {
      assert.fail(`this file left open: ${left.join(', ')}`);
    });
  },
};

/** What keeps this process alive, counted by kind. Timers are left out: the poll above is one itself. */
function openResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'Timeout' && kind !== 'Immediate') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function openedSince(earlier: ReadonlyMap<string, number>): string[] {
  return [...openResources()]
    .filter(([kind, count]) => count > (earlier.get(kind) ?? 0))
    .map(([kind, count]) => `${count - (earlier.get(kind) ?? 0)} ${kind}`);
}
