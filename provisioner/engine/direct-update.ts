/** The short way: one CLI process, started with the arguments the Automation API would give it. */
import { runProcess } from './run-process.ts';
import { serveRun } from './serve-run.ts';
import type { Update } from './update.ts';

/** Runs `pulumi up` or `destroy` against our own language server. */
export async function directUpdate(update: Update) {
  const server = await serveRun(update.program, update.onWireEvent);
  try {
    const finished = await runProcess({
      name: 'pulumi',
      args: updateArguments(update, server.address),
      directory: update.directory,
      environment: update.environment,
      signal: update.signal,
    });
    await server.drained();
    return finished;
  } finally {
    server.close();
  }
}

/** Source: `up` and `destroy` in @pulumi/pulumi/automation/stack.js. */
function updateArguments({ command, stack }: Update, address: string): string[] {
  const inline = ['--exec-kind', 'auto.inline', `--client=${address}`, '--event-log', `tcp://${address}`];
  const silent = ['--non-interactive', '--color', 'never', '--suppress-outputs', '--suppress-progress'];
  return [
    command,
    '--yes',
    '--skip-preview',
    '--skip-plugin-pre-install',
    '--stack',
    stack,
    ...inline,
    ...silent,
  ];
}
