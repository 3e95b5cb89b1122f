const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** After so many failed attempts a tenant is failed: about half an hour of trying. */
export const MAX_ATTEMPTS = 45;

/**
 * How long to wait after the given number of failed attempts (from 1): doubling from one second to one minute, of
 * which a random half is taken off, so that tenants which failed together don't come back together.
 * @param random in [0, 1)
 */
export function backoffMs(failedAttempts: number, random: number = Math.random()): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failedAttempts - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}
