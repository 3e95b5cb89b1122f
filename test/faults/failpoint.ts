/**
 * Loaded before one of our programs (`node --import`), so that no production code knows of it: at one statement to
 * PostgreSQL the process kills itself, freezes, or blocks its event loop. LANDLORD_FAILPOINT holds the failpoint.
 */
import pg from 'pg';
import { type Failpoint, failpointSchema } from './failpoint-schema.ts';

const failpoint = failpointSchema.parse(JSON.parse(process.env.LANDLORD_FAILPOINT ?? '{}'));
/** The statements of the transaction that each connection is in. */
const transactions = new WeakMap<object, string[]>();
let passed = 0;

type Query = (this: object, ...args: unknown[]) => unknown;
const prototype = pg.Client.prototype as unknown as { query: Query };
const query = prototype.query;

prototype.query = function (...args) {
  if (!isReached(this, args)) return query.apply(this, args);
  if (failpoint.when === 'before') {
    act(failpoint);
    return query.apply(this, args);
  }
  return queryThenAct(this, args);
};

function isReached(client: object, args: readonly unknown[]): boolean {
  const [first, second] = args;
  const config = typeof first === 'object' ? (first as { text?: string; values?: unknown[] }) : undefined;
  const text = typeof first === 'string' ? first : (config?.text ?? '');
  const values = Array.isArray(second) ? second : (config?.values ?? []);
  const earlier = text === 'BEGIN' ? [] : (transactions.get(client) ?? []);
  transactions.set(client, [...earlier, text]);
  const matches =
    text.includes(failpoint.statement) &&
    (failpoint.value === undefined || values.includes(failpoint.value)) &&
    (failpoint.inTransactionOf === undefined ||
      earlier.some((one) => one.includes(failpoint.inTransactionOf ?? '')));
  if (matches) passed += 1;
  return matches && passed === failpoint.nth;
}

/** The pool passes a callback; all other callers await a promise. */
function queryThenAct(client: object, args: unknown[]): unknown {
  const callback = args.at(-1);
  if (typeof callback === 'function') {
    const afterwards = (...results: unknown[]) => {
      act(failpoint);
      callback(...results);
    };
    return query.apply(client, [...args.slice(0, -1), afterwards]);
  }
  return (query.apply(client, args) as Promise<unknown>).then((result) => {
    act(failpoint);
    return result;
  });
}

function act({ action, milliseconds }: Failpoint): void {
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  if (action === 'freeze') process.kill(process.pid, 'SIGSTOP');
  // Until the signal is delivered, or as long as the event loop is to be blocked.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
