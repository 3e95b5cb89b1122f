import type { KeyObject } from 'node:crypto';
import { type Checkpoint, isGenuine } from './seal.ts';
import type { Problem } from './verdict.ts';

/**
 * Compares checkpoints from outside the database with the seals inside.
 * @param hashes of the seals that are there, by number
 */
export function verifyCheckpoints(
  checkpoints: readonly Checkpoint[],
  hashes: ReadonlyMap<number, string>,
  publicKey: KeyObject,
): Problem[] {
  const genuine = checkpoints.filter((checkpoint) => isGenuine(checkpoint, publicKey));
  const forged = checkpoints.filter((checkpoint) => !genuine.includes(checkpoint));
  const rewritten = genuine.filter(({ number, hash }) => (hashes.get(number) ?? hash) !== hash);
  return [...forged.map(forgedCheckpoint), ...rewritten.map(rewrittenSeal), ...cutOff(genuine, hashes)];
}

function forgedCheckpoint({ number }: Checkpoint): Problem {
  const message = `the checkpoint of seal ${number} is not signed by this key: it was forged, or the key is another's`;
  return { kind: 'forged checkpoint', seal: number, message };
}

function rewrittenSeal({ number }: Checkpoint): Problem {
  const message = `seal ${number} is signed, but is not the one its checkpoint was made of: the log was written anew`;
  return { kind: 'rewritten', seal: number, message };
}

/** A seal that is missing further back shows in the chain itself, so only the end is looked at. */
function cutOff(checkpoints: readonly Checkpoint[], hashes: ReadonlyMap<number, string>): Problem[] {
  const last = Math.max(0, ...hashes.keys());
  const newest = checkpoints.reduce((highest, { number }) => Math.max(highest, number), 0);
  if (newest <= last) return [];
  const message = `the log was cut off: it ends at seal ${last}, but there is a checkpoint of seal ${newest}`;
  return [{ kind: 'cut off', seal: newest, message }];
}
