/** Tells a control database that can't serve now (try again) from a fault of ours. */

const SOCKET_CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
]);
/**
 * SQLSTATE classes: 08 connection, 53 insufficient resources (53300 is "too many clients"), 57P shutting down or
 * starting up; 25006 is a server that became a read-only standby.
 * Source: PostgreSQL manual, appendix A.
 */
const SQLSTATE = /^(08...|53...|57P0.|25006)$/;
/** What pg and pg-pool say without any code. */
const DRIVER_MESSAGE = /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout)/;

/** True when the error, or one it was caused by, says that PostgreSQL could not be reached or had no room. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (SOCKET_CODES.has(code) || SQLSTATE.test(code) || DRIVER_MESSAGE.test(error.message)) return true;
  return isDatabaseUnavailable(error.cause);
}
