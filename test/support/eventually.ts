/** Waits for a condition instead of for a guessed time. */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Calls `check` until it resolves, and returns what it resolved to; while it throws, or returns false or undefined,
 * it is called again. @throws Error with the last failure as its cause when the time is over
 */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  options: { readonly timeoutMs: number } = { timeoutMs: 10_000 },
): Promise<Exclude<Result, false | undefined>> {
  const deadline = Date.now() + options.timeoutMs;
  let cause: unknown;
  do {
    try {
      const result = await check();
      if (result !== false && result !== undefined) return result as Exclude<Result, false | undefined>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(POLL_MS);
  } while (Date.now() < deadline);
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  throw new Error(`the condition did not hold within ${options.timeoutMs} ms${reason}`, { cause });
}
