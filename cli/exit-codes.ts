/** What the command's exit codes mean; the help shows the same list. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  unreachable: 5,
  timeout: 6,
  unauthorized: 7,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    failed; for --wait and tenants watch: a tenant failed;
       for audit verify: the log is not sound
  2    wrong usage or input
  3    not found
  4    conflict: the slug is taken, the idempotency key was used with other input,
       the tenant's state does not allow it, or the tenant was changed meanwhile
  5    the API, or the local platform, is not there or not ready
  6    the time given by --timeout ran out
  7    the API refused the token, or wants another person's
  130  interrupted by Ctrl-C
`;
