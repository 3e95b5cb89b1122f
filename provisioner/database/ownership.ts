/** How a role or schema proves whose it is: the tenant id stands in its comment (invariant 3 of the design). */
import { PermanentError } from '../../tenancy/errors.ts';
import { type TenantId, tenantIdSchema } from '../../tenancy/ids.ts';

const PREFIX = 'landlord tenant ';

/** The comment on everything of a tenant in PostgreSQL that can carry one. */
export function ownershipComment(tenant: TenantId): string {
  return `${PREFIX}${tenant}`;
}

/** The tenant that a comment proves as owner; undefined when it proves none. */
export function ownerOf(comment: string | null): TenantId | undefined {
  if (!comment?.startsWith(PREFIX)) return undefined;
  return tenantIdSchema.safeParse(comment.slice(PREFIX.length)).data;
}

/**
 * Refuses what exists under a tenant's name without being the tenant's.
 * @param found the comment on the object, null when it has none
 * @throws PermanentError naming the object, when the proof is missing or another's
 */
export function requireOwnership(object: string, found: string | null, tenant: TenantId): void {
  const expected = ownershipComment(tenant);
  if (found === expected) return;
  const comment = found === null ? 'has no comment' : `has the comment ${JSON.stringify(found)}`;
  throw new PermanentError(
    `${object} exists but is not known to be ours: it ${comment}, not ${JSON.stringify(expected)}. ` +
      'Nothing was changed. Find out who made it; rename or remove it, then try the tenant again.',
  );
}
