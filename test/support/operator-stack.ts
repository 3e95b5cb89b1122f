/** A tenant's stack laid out as files, and the stock `pulumi` command on it, as an operator would use it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutStack } from '../../provisioner/engine/lay-out-stack.ts';
import { runProcess } from '../../provisioner/engine/run-process.ts';
import { serveRun } from '../../provisioner/engine/serve-run.ts';
import { packState, unpackState } from '../../provisioner/engine/stack-state.ts';
import type { ClusterConnection } from '../../provisioner/kubernetes/connection.ts';
import { serveProvider } from '../../provisioner/kubernetes/serve-provider.ts';
import { tenantProgram } from '../../stacks/tenant/program.ts';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import { toolPath } from './cluster.ts';
import { TEST_PASSPHRASE } from './engine.ts';

export interface OperatorStack {
  /** Runs `pulumi` on the stack, without a program; returns what it printed, and throws it where the command failed. */
  pulumi(...args: string[]): Promise<string>;
  /** `pulumi preview` of the tenant's program: the operation by each resource's name, `same` left out. */
  preview(spec: TenantSpec): Promise<Record<string, string>>;
  /** The state as it is now, for an engine run. */
  state(): Promise<Buffer>;
  close(): Promise<void>;
}

/** Without a state: a stack that has nothing in it yet. */
export async function openOperatorStack(
  connection: ClusterConnection,
  spec: TenantSpec,
  state?: Buffer,
): Promise<OperatorStack> {
  const directory = await mkdtemp(join(tmpdir(), 'operator-'));
  const known = state && (await unpackState(state));
  const files = await layOutStack(directory, { stack: spec.stack, state: known, salt: undefined });
  const provider = await serveProvider({ connection, tenantId: spec.id, leaseIsHeld: () => true });
  const pulumi = async (...args: string[]) => {
    const finished = await runProcess({
      name: 'pulumi',
      args: [...args, '--stack', spec.stack, '--non-interactive', '--color', 'never'],
      directory,
      environment: operatorEnvironment(directory, files.backendUrl, provider.port),
      signal: AbortSignal.timeout(60_000),
    });
    if (finished.code !== 0) throw new Error(`${finished.stdout}\n${finished.stderr}`);
    return finished.stdout;
  };
  return {
    pulumi,
    preview: (wanted) => preview(pulumi, wanted),
    state: async () => packState(await files.readState()),
    async close() {
      await provider.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function operatorEnvironment(directory: string, backendUrl: string, providerPort: number): NodeJS.ProcessEnv {
  return {
    PATH: `${toolPath()}:${process.env.PATH ?? ''}`,
    HOME: directory,
    PULUMI_HOME: join(directory, 'home'),
    PULUMI_BACKEND_URL: backendUrl,
    PULUMI_CONFIG_PASSPHRASE: TEST_PASSPHRASE,
    PULUMI_DEBUG_PROVIDERS: `kubernetes:${providerPort}`,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  };
}

async function preview(pulumi: OperatorStack['pulumi'], spec: TenantSpec): Promise<Record<string, string>> {
  const server = await serveRun(tenantProgram(spec), () => undefined);
  try {
    const inline = ['--exec-kind', 'auto.inline', `--client=${server.address}`];
    const answer = JSON.parse(await pulumi('preview', '--json', ...inline)) as {
      steps: { op: string; urn: string }[];
    };
    const changing = answer.steps.filter(({ op }) => op !== 'same');
    return Object.fromEntries(changing.map(({ op, urn }) => [urn.split('::').at(-1), op]));
  } finally {
    server.close();
  }
}
