import {
  type Checkpoint,
  checkpointOf,
  GENESIS,
  readSealContent,
  type Seal,
} from '../../tenancy/audit/seal.ts';
import { PermanentError } from '../../tenancy/errors.ts';

/** Where the next seal goes on. */
export interface SealPosition {
  readonly number: number;
  readonly previous: string;
  /** The last entry that is sealed already. */
  readonly after: number;
}

/**
 * The position after the database's last seal. Checkpoints that know of later seals mean that the database was restored:
 * with a new epoch the chain goes on after them, leaving the gap to be seen.
 * @throws PermanentError when the epoch is the old one: then seals were taken away
 */
export function nextSeal(
  last: Seal | undefined,
  newest: Checkpoint | undefined,
  epoch: number,
): SealPosition {
  const position = last === undefined ? FIRST : after(last);
  if (newest === undefined || newest.number < position.number - 1) return position;
  if (newest.number === position.number - 1 && newest.hash === position.previous) return position;
  if (epoch > newest.epoch) return { ...position, number: newest.number + 1 };
  throw new PermanentError(
    `the audit log ends at seal ${position.number - 1}, but its checkpoints know of another seal ${newest.number}: ` +
      'nothing is sealed until someone finds out why; if the control database was restored, it needs a new epoch',
  );
}

const FIRST: SealPosition = { number: 1, previous: GENESIS, after: 0 };

function after(last: Seal): SealPosition {
  const { number, entries } = readSealContent(last);
  return { number: number + 1, previous: checkpointOf(last).hash, after: entries.at(-1)?.[0] ?? 0 };
}
