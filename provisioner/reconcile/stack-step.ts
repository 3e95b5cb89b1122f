/** The tenant's Pulumi stack as a step. */
import { tenantProgram } from '../../stacks/tenant/program.ts';
import { PermanentError } from '../../tenancy/errors.ts';
import { countedConnection } from '../audit/provider-calls.ts';
import type { Engine } from '../engine/engine.ts';
import type { DestroyRun, StackResult } from '../engine/stack-run.ts';
import { writtenObjects } from '../engine/written-objects.ts';
import { compareWritten } from '../kubernetes/compare-written.ts';
import type { ClusterConnection } from '../kubernetes/connection.ts';
import { serveProvider } from '../kubernetes/serve-provider.ts';
import { removeNamespace } from '../kubernetes/tenant-namespace.ts';
import { tenantRemains } from '../kubernetes/tenant-remains.ts';
import { verifyTenantObjects } from '../kubernetes/verify.ts';
import type { Step, StepContext } from './step.ts';

/** An engine run that takes longer than this is ended and tried again. */
const STACK_TIMEOUT_MS = 120_000;

export interface StackParts {
  readonly cluster: ClusterConnection;
  readonly engine: Engine;
  /** Serve Kubernetes from this process, or let the engine find the official plugin. */
  readonly kubernetesProvider: 'resident' | 'official';
}

type Run = (run: DestroyRun) => Promise<StackResult>;

/** The step `stack`: what Pulumi made it also removes. */
export function stackStep(parts: StackParts): Step {
  const { engine, cluster } = parts;
  return {
    name: 'stack',
    async apply(context) {
      const program = tenantProgram(context.spec);
      const up: Run = (run) => engine.up({ ...run, program });
      const state = await runStack(parts, context, up);
      if (state !== undefined) return { stackState: state };
      // What the lost state knew carries the tenant's label, and is adopted.
      const rebuilt = await runStack(parts, { ...context, stackState: null }, up);
      if (rebuilt === undefined) throw new Error('an empty stack state is said to be damaged');
      return { stackState: rebuilt };
    },
    async undo(context) {
      const { spec, leaseIsHeld, calls, signal } = context;
      const connection = countedConnection(cluster, calls);
      if (context.stackState !== null) await runStack(parts, context, (run) => engine.destroy(run));
      // What no state knows: of a run that was killed, or of a state that was lost.
      await removeNamespace(connection, spec, leaseIsHeld, signal);
      await proveGone(connection, context);
    },
    verify: ({ spec, calls }) => verifyTenantObjects(countedConnection(cluster, calls), spec),
    async compare({ stackState, calls, signal }) {
      // Of what the official plugin wrote, only that plugin can tell whether it is as written.
      if (stackState === null || parts.kubernetesProvider === 'official') return [];
      const written = await writtenObjects(stackState);
      return written.result === 'unreadable'
        ? [written.message]
        : compareWritten(countedConnection(cluster, calls), written.objects, signal);
    },
  };
}

/** The stack's new state, or undefined when the old one can't be read: then it was set aside, and nothing else done. */
async function runStack(parts: StackParts, context: StepContext, run: Run): Promise<Buffer | undefined> {
  const outcome = await withProvider(parts, context, run);
  if (outcome.result === 'succeeded') return outcome.state;
  if (outcome.result === 'failed') throw new Error(outcome.message);
  await context.setAsideState(outcome.message);
  return undefined;
}

/** @throws PermanentError when the run failed on what no retry can mend */
async function withProvider(parts: StackParts, context: StepContext, run: Run): Promise<StackResult> {
  const { spec, leaseIsHeld, calls, signal, stackState } = context;
  const given = { stack: spec.stack, state: stackState, signal, timeoutMs: STACK_TIMEOUT_MS };
  if (parts.kubernetesProvider === 'official') return run({ ...given, providerPort: null });
  const connection = countedConnection(parts.cluster, calls);
  const provider = await serveProvider({ connection, tenantId: spec.id, leaseIsHeld });
  try {
    const outcome = await run({ ...given, providerPort: provider.port });
    const cause = provider.permanentError();
    if (outcome.result !== 'failed' || cause === undefined) return outcome;
    throw new PermanentError(outcome.message, { cause });
  } finally {
    await provider.close();
  }
}

async function proveGone(connection: ClusterConnection, { spec }: StepContext): Promise<void> {
  const remains = await tenantRemains(connection, spec);
  if (remains.length === 0) return;
  throw new Error(
    `${remains.join(', ')} still carries tenant ${spec.id}'s label: delete it, or take the label away if it is not the tenant's`,
  );
}
