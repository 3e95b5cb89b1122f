/** What a verification of the audit log finds. */

export type ProblemKind =
  | 'changed entry'
  | 'missing entry'
  | 'reordered entry'
  | 'added entry'
  | 'unsealed entry'
  | 'damaged seal'
  | 'forged seal'
  | 'missing seals'
  | 'unlinked seal'
  | 'cut off'
  | 'rewritten'
  | 'forged checkpoint';

export interface Problem {
  readonly kind: ProblemKind;
  /** The entry's id, where the problem is one entry's. */
  readonly entry?: number;
  /** The seal's number, where it is known. */
  readonly seal?: number;
  /** A sentence for people. */
  readonly message: string;
}

/** Seals, both ends included, that the control database lost when it was restored: declared, so no problem. */
export interface ChainBreak {
  readonly from: number;
  readonly to: number;
  /** The epoch that the restore began. */
  readonly epoch: number;
}

export interface Verdict {
  /** Empty for a sound log. */
  readonly problems: readonly Problem[];
  readonly breaks: readonly ChainBreak[];
  readonly seals: number;
  readonly sealedEntries: number;
  /** Entries that wait for their seal. */
  readonly unsealedEntries: number;
}
