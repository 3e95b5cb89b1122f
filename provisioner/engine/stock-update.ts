/** The long way: the Automation API itself, which starts a process for each of its steps. */
import { LocalWorkspace, type PulumiCommand } from '@pulumi/pulumi/automation/index.js';
import { TENANT_PROJECT } from '../../tenancy/names.ts';
import { PINNED_VERSION } from './pinned.ts';
import { type Finished, runProcess } from './run-process.ts';
import type { Update } from './update.ts';

/** Runs the update by LocalWorkspace and Stack. A failed command is a value here, as in the short way. */
export async function stockUpdate(update: Update): Promise<Finished> {
  const commands = recordedCommands(update);
  try {
    const stack = await LocalWorkspace.selectStack(
      { stackName: update.stack, projectName: TENANT_PROJECT, program: update.program },
      { workDir: update.directory, pulumiCommand: commands.pulumi },
    );
    await stack[update.command]({ onEvent: update.onWireEvent, color: 'never', suppressOutputs: true });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
  }
  const last = commands.last();
  if (last === undefined) throw new Error('The Automation API ended without running a command');
  return last;
}

class CommandFailed extends Error {}

/** Runs the API's commands in our environment and process group instead of with all that this process was given. */
function recordedCommands({ environment, signal }: Update) {
  let finished: Finished | undefined;
  const run = async (args: string[], directory: string, added: NodeJS.ProcessEnv): Promise<Finished> => {
    const commandEnvironment = { ...environment, ...added };
    const all = [...args, '--non-interactive'];
    finished = await runProcess({
      name: 'pulumi',
      args: all,
      directory,
      environment: commandEnvironment,
      signal,
    });
    if (finished.code !== 0) throw new CommandFailed(finished.stderr);
    return finished;
  };
  const pulumi = { command: 'pulumi', version: PINNED_VERSION, run } as unknown as PulumiCommand;
  return { pulumi, last: () => finished };
}
