/** The ordered catalogue of steps. A product team adds its own step as a further stage. */
import type { Pool } from 'pg';
import { tenantProgram } from '../../stacks/tenant/program.ts';
import { PermanentError } from '../../tenancy/errors.ts';
import { ensureTenantDatabase } from '../database/ensure-tenant.ts';
import { removeTenantDatabase } from '../database/remove-tenant.ts';
import { verifyTenantDatabase } from '../database/verify-tenant.ts';
import type { Engine } from '../engine/engine.ts';
import type { StackResult } from '../engine/stack-run.ts';
import type { ClusterConnection } from '../kubernetes/connection.ts';
import { serveProvider } from '../kubernetes/serve-provider.ts';
import { verifyTenantObjects } from '../kubernetes/verify.ts';
import type { Realised } from '../store/mark-ready.ts';
import type { Catalogue, Step, StepContext } from './step.ts';

/** An engine run that takes longer than this is ended and tried again. */
const STACK_TIMEOUT_MS = 120_000;

export interface CatalogueParts {
  readonly tenantsDatabase: Pool;
  readonly cluster: ClusterConnection;
  readonly engine: Engine;
  /** Serve Kubernetes from this process, or let the engine find the official plugin. */
  readonly kubernetesProvider: 'resident' | 'official';
}

/** What makes a tenant: its database beside its stack. */
export function createCatalogue(parts: CatalogueParts): Catalogue {
  return [[databaseStep(parts), stackStep(parts)]];
}

function databaseStep({ tenantsDatabase }: CatalogueParts): Step {
  return {
    name: 'database',
    apply: ({ spec, fence }) => ensureTenantDatabase(tenantsDatabase, spec, fence),
    undo: ({ spec, fence }) => removeTenantDatabase(tenantsDatabase, spec, fence),
    verify: ({ spec }) => verifyTenantDatabase(tenantsDatabase, spec),
  };
}

function stackStep(parts: CatalogueParts): Step {
  return {
    name: 'stack',
    async apply(context) {
      const { leaseIsHeld, spec } = context;
      if (parts.kubernetesProvider === 'official') return stateOf(await runStack(parts, context, null));
      const provider = await serveProvider({ connection: parts.cluster, tenantId: spec.id, leaseIsHeld });
      try {
        const outcome = await runStack(parts, context, provider.port);
        return stateOf(outcome, provider.permanentError());
      } finally {
        await provider.close();
      }
    },
    verify: ({ spec }) => verifyTenantObjects(parts.cluster, spec),
  };
}

function runStack(
  parts: CatalogueParts,
  { spec, stackState, signal }: StepContext,
  providerPort: number | null,
) {
  return parts.engine.up({
    stack: spec.stack,
    program: tenantProgram(spec),
    state: stackState,
    providerPort,
    signal,
    timeoutMs: STACK_TIMEOUT_MS,
  });
}

function stateOf(outcome: StackResult, permanent?: PermanentError): Pick<Realised, 'stackState'> {
  if (outcome.result === 'succeeded') return { stackState: outcome.state };
  if (permanent !== undefined) throw new PermanentError(outcome.message, { cause: permanent });
  throw new Error(outcome.message);
}
