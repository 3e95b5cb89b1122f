/** One seal by itself, and as the one after another. */
import type { KeyObject } from 'node:crypto';
import {
  checkpointOf,
  GENESIS,
  hashOf,
  isGenuine,
  readSealContent,
  type Seal,
  type SealContent,
} from './seal.ts';
import type { ChainBreak, Problem } from './verdict.ts';

export interface ReadSeal {
  readonly result: 'read';
  readonly content: SealContent;
  readonly hash: string;
  /** Whether the key's holder signed it; when not, a problem says so. */
  readonly isGenuine: boolean;
  readonly problems: readonly Problem[];
}

export type SealRead = ReadSeal | { readonly result: 'damaged'; readonly problem: Problem };

export function readSeal(seal: Seal, publicKey: KeyObject): SealRead {
  try {
    const content = readSealContent(seal);
    const genuine = isGenuine(checkpointOf(seal), publicKey);
    const problems = genuine ? [] : [forged(content.number)];
    return { result: 'read', content, hash: hashOf(seal.content), isGenuine: genuine, problems };
  } catch {
    const message = `seal ${seal.number} can't be read: its content is no seal of this number`;
    return { result: 'damaged', problem: { kind: 'damaged seal', seal: seal.number, message } };
  }
}

function forged(number: number): Problem {
  const message = `seal ${number} is not signed by this key: it was changed, or the key is another's`;
  return { kind: 'forged seal', seal: number, message };
}

export interface ChainLink {
  readonly problems: readonly Problem[];
  readonly breaks: readonly ChainBreak[];
}

const SOUND: ChainLink = { problems: [], breaks: [] };

/** Whether a seal follows the one before it, or the beginning. */
export function verifyLink(previous: ReadSeal | undefined, seal: ReadSeal): ChainLink {
  const { number, epoch, previous: expectedHash } = seal.content;
  const lost = { from: (previous?.content.number ?? 0) + 1, to: number - 1 };
  const follows = expectedHash === (previous?.hash ?? GENESIS);
  const isRestored = epoch > (previous?.content.epoch ?? 1);
  if (lost.to >= lost.from && follows && isRestored) return { ...SOUND, breaks: [{ ...lost, epoch }] };
  if (lost.to >= lost.from) return { ...SOUND, problems: [missing(lost)] };
  // That the seal before was changed has been said; the one after it did nothing.
  if (follows || previous?.isGenuine === false) return SOUND;
  const message = `seal ${number} was not made after ${previous ? `seal ${previous.content.number}` : 'nothing'} as it is now`;
  return { ...SOUND, problems: [{ kind: 'unlinked seal', seal: number, message }] };
}

function missing({ from, to }: { from: number; to: number }): Problem {
  const message = from === to ? `seal ${from} is gone` : `seals ${from} to ${to} are gone`;
  return { kind: 'missing seals', seal: from, message };
}
