/** The account that PostgreSQL runs under when the platform is started by root, which it refuses to run as. */
import { readFileSync } from 'node:fs';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `postgres` if the machine has it, else `nobody`; undefined when the caller is an ordinary user and runs it itself. */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has neither an account "postgres" nor "nobody": ' +
      'add one (useradd --system postgres) or run as an ordinary user',
  );
}
