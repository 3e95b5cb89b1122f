/** `node tools/platform/main.ts up|status|down|clean`: the development platform of this checkout. */
import { describeError } from './describe-error.ts';
import { clean, down } from './down.ts';
import { platformStatus } from './status.ts';
import { statusTable } from './status-table.ts';
import type { StopReport } from './take-down.ts';
import { up } from './up.ts';

const USAGE = 'usage: node tools/platform/main.ts up | status [--json] | down | clean\n';

const print = (text: string) => process.stdout.write(text);
/** An interrupt ends this process at once; what it started so far goes on, and the next `up` keeps it. */
const { signal } = new AbortController();
const onWait = ({ pid }: { readonly pid: number }) =>
  print(`Process ${pid} is at work on the platform; waiting.\n`);
const reportStop = ({ name, outcome }: StopReport) => {
  if (outcome !== 'was down') print(`  ${name} ${outcome}\n`);
};

const COMMANDS: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  up: bringUpPlatform,
  status: showStatus,
  down: async () => {
    await down({ report: reportStop, onWait, signal });
    print('The platform is down; its data is kept.\n');
  },
  clean: async () => {
    await clean({ report: reportStop, onWait, signal });
    print('The platform and its data are gone.\n');
  },
};

async function bringUpPlatform(): Promise<void> {
  const start = Date.now();
  const platform = await up({
    environment: process.env,
    onWait,
    signal,
    report: ({ name, outcome, milliseconds }) => {
      if (outcome !== 'done') print(`  ${name.padEnd(24)}${outcome.padEnd(9)}${seconds(milliseconds)}\n`);
    },
  });
  const { directory, postgres, devEnv } = platform.layout;
  print(`The platform is up (${seconds(Date.now() - start)}). Addresses and passwords: ${devEnv}\n`);
  if (!postgres.startsWith(directory)) print(`PostgreSQL's data lies in ${postgres}.\n`);
}

async function showStatus(options: readonly string[]): Promise<void> {
  const services = await platformStatus();
  print(options.includes('--json') ? `${JSON.stringify(services, null, 2)}\n` : statusTable(services));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

const [name = '', ...options] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await command(options).catch((error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  });
}
