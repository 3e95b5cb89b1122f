/** The ordered catalogue of steps. A product team adds its own step as a further stage. */
import type { Pool } from 'pg';
import { tenantProgram } from '../../stacks/tenant/program.ts';
import { ensureTenantDatabase } from '../database/ensure-tenant.ts';
import { verifyTenantDatabase } from '../database/verify-tenant.ts';
import type { Engine } from '../engine/engine.ts';
import type { ClusterConnection } from '../kubernetes/connection.ts';
import { serveProvider } from '../kubernetes/serve-provider.ts';
import { verifyTenantObjects } from '../kubernetes/verify.ts';
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
    verify: ({ spec }) => verifyTenantDatabase(tenantsDatabase, spec),
  };
}

function stackStep(parts: CatalogueParts): Step {
  return {
    name: 'stack',
    async apply(context) {
      if (parts.kubernetesProvider === 'official') return runStack(parts, context, null);
      const { leaseIsHeld, spec } = context;
      const provider = await serveProvider({ connection: parts.cluster, tenantId: spec.id, leaseIsHeld });
      try {
        return await runStack(parts, context, provider.port);
      } finally {
        await provider.close();
      }
    },
    verify: ({ spec }) => verifyTenantObjects(parts.cluster, spec),
  };
}

async function runStack(parts: CatalogueParts, context: StepContext, providerPort: number | null) {
  const { spec, stackState, signal } = context;
  const outcome = await parts.engine.up({
    stack: spec.stack,
    program: tenantProgram(spec),
    state: stackState,
    providerPort,
    signal,
    timeoutMs: STACK_TIMEOUT_MS,
  });
  if (outcome.result === 'failed') throw new Error(outcome.message);
  return { stackState: outcome.state };
}
