import type { AuditEntry } from './entry.ts';

/** Reads entries, in order of their id, a stretch at a time. */
export class EntryReader {
  readonly #source: AsyncIterator<AuditEntry>;
  #ahead: AuditEntry | undefined;

  constructor(entries: AsyncIterable<AuditEntry>) {
    this.#source = entries[Symbol.asyncIterator]();
  }

  /** The entries not read yet, up to this id. */
  async upTo(id: number): Promise<AuditEntry[]> {
    const read: AuditEntry[] = [];
    for (;;) {
      this.#ahead ??= await this.#next();
      if (this.#ahead === undefined || this.#ahead.id > id) return read;
      read.push(this.#ahead);
      this.#ahead = undefined;
    }
  }

  rest(): Promise<AuditEntry[]> {
    return this.upTo(Number.POSITIVE_INFINITY);
  }

  async #next(): Promise<AuditEntry | undefined> {
    const { done, value } = await this.#source.next();
    return done ? undefined : value;
  }
}
