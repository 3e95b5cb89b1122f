/** The ordered catalogue of steps. A product team adds its own step as a further stage. */
import type { Pool } from 'pg';
import { ensureTenantDatabase } from '../database/ensure-tenant.ts';
import { removeTenantDatabase } from '../database/remove-tenant.ts';
import { requireSchema } from '../database/require-schema.ts';
import { verifyTenantDatabase } from '../database/verify-tenant.ts';
import { type StackParts, stackStep } from './stack-step.ts';
import type { Catalogue, Step } from './step.ts';
import { workloadsStep } from './workloads-step.ts';

export interface CatalogueParts extends StackParts {
  readonly tenantsDatabase: Pool;
}

/** What makes a tenant: its database beside its stack, then what runs in it. */
export function createCatalogue(parts: CatalogueParts): Catalogue {
  return [[databaseStep(parts), stackStep(parts)], [workloadsStep(parts.cluster)]];
}

function databaseStep({ tenantsDatabase }: CatalogueParts): Step {
  return {
    name: 'database',
    async apply({ spec, fence, schemaVersion }) {
      if (schemaVersion !== null) await requireSchema(tenantsDatabase, spec);
      return ensureTenantDatabase(tenantsDatabase, spec, fence);
    },
    undo: ({ spec, fence }) => removeTenantDatabase(tenantsDatabase, spec, fence),
    verify: ({ spec }) => verifyTenantDatabase(tenantsDatabase, spec),
  };
}
