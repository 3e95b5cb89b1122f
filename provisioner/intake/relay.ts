/** The outbox relay: what a transaction wished to send, sent after its commit. */
import { Client, type Pool } from 'pg';
import type { Logger } from 'winston';
import { drainOutbox } from '../store/drain-outbox.ts';
import type { Wakeups } from './wakeups.ts';

const BATCH = 200;
/** A lost notification costs at most this. */
const POLL_MS = 1_000;

export interface Relay {
  close(): Promise<void>;
}

export interface RelayOptions {
  readonly db: Pool;
  /** Where to listen for commits; a connection of its own, opened again whenever it breaks. */
  readonly databaseUrl: string;
  readonly wakeups: Wakeups;
  readonly logger: Logger;
}

/** Sends wake-ups as soon as their transaction commits, and again and again until Redis takes them. */
export function startRelay(options: RelayOptions): Relay {
  const stop = new AbortController();
  const doorbell = new Doorbell();
  const listening = listen(options, doorbell, stop.signal);
  const relaying = relay(options, doorbell, stop.signal);
  return {
    async close() {
      stop.abort();
      doorbell.ring();
      await Promise.all([listening, relaying]);
    },
  };
}

/** Lets one waiter sleep until it is rung; a ring while nobody sleeps makes the next sleep end at once. */
class Doorbell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(milliseconds: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}

async function relay({ db, wakeups, logger }: RelayOptions, doorbell: Doorbell, stop: AbortSignal) {
  while (!stop.aborted) {
    try {
      const sent = await drainOutbox(db, BATCH, (tenants) => wakeups.wake(tenants));
      if (sent === BATCH) continue;
    } catch (error) {
      logger.warn('wake-ups wait in the outbox', { error: String(error) });
    }
    await doorbell.wait(POLL_MS);
  }
}

async function listen({ databaseUrl, logger }: RelayOptions, doorbell: Doorbell, stop: AbortSignal) {
  while (!stop.aborted) {
    const client = new Client({ connectionString: databaseUrl, application_name: 'landlord-relay' });
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('error', (error) => logger.warn('the outbox is not listened to', { error: error.message }));
    client.on('notification', () => doorbell.ring());
    try {
      await client.connect();
      await client.query('LISTEN outbox');
      await ended;
    } catch (error) {
      logger.warn('the outbox is not listened to', { error: String(error) });
      await new Doorbell().wait(POLL_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
