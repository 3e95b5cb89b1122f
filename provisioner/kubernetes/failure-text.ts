import { ApiError } from './api-error.ts';
import type { JsonObject } from './json.ts';
import { hideSecrets } from './secrecy.ts';
import { ConnectionError } from './send.ts';

/** Longer texts are cut: they travel in a header. */
const LONGEST_TEXT = 4_000;

/**
 * What a failed call is reported as: the API server's reason and sentence with the object they are about, and
 * no secret of the inputs, which the server may quote.
 *
 * @param attempted for example `create ResourceQuota t-…/limits`
 */
export function failureText(attempted: string, error: unknown, inputs: JsonObject): string {
  return hideSecrets(wording(attempted, error), inputs).slice(0, LONGEST_TEXT);
}

function wording(attempted: string, error: unknown): string {
  if (error instanceof ApiError) {
    return `could not ${attempted}: ${error.reason} (HTTP ${error.status}): ${error.message}`;
  }
  if (error instanceof ConnectionError) return `could not ${attempted}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
