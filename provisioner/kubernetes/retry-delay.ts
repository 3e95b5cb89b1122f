import { ApiError } from './api-error.ts';
import { ConnectionError } from './send.ts';

const MAX_ATTEMPTS = 5;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 10_000;

/**
 * Milliseconds to wait before the same call may be sent again, or undefined when it may not: the server asked
 * for it (429 or 503 with Retry-After, so it did nothing), the connection was never made, or the call is one
 * that does no harm twice. A POST whose answer was lost is for its caller to look into.
 *
 * @param attempt how many times the call was sent, 1 for the first
 */
export function retryDelay(error: unknown, method: string, attempt: number): number | undefined {
  if (attempt >= MAX_ATTEMPTS) return undefined;
  if (error instanceof ApiError && [429, 503].includes(error.status)) {
    if (error.retryAfterSeconds === undefined) return undefined;
    return Math.min(error.retryAfterSeconds * 1000, LONGEST_DELAY_MS);
  }
  if (error instanceof ConnectionError) {
    const neverSent = error.code === 'ECONNREFUSED';
    return neverSent || method !== 'POST' ? FIRST_DELAY_MS * 2 ** (attempt - 1) : undefined;
  }
  return undefined;
}
