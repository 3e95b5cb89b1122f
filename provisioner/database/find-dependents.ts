import type { TenantSpec } from '../../tenancy/tenant-spec.ts';
import type { Queryable } from '../store/transaction.ts';

/**
 * Descriptions of what lies outside the tenant's schema and would go with it, such as a view of another schema that
 * reads the tenant's tables. The parts of such an object, a view's rule for example, go without saying.
 */
export async function findDependents(db: Queryable, spec: TenantSpec): Promise<string[]> {
  const { rows } = await db.query<{ description: string }>(DEPENDENTS, [spec.schema]);
  return rows.map((row) => row.description);
}

/** Follows pg_depend as DROP … CASCADE does: to what needs a thing that goes, and to the whole that a thing is part of. */
const DEPENDENTS = `
  WITH RECURSIVE going (classid, objid) AS (
    SELECT 'pg_namespace'::regclass::oid, oid FROM pg_namespace WHERE nspname = $1
    UNION
    SELECT next.classid, next.objid FROM going CROSS JOIN LATERAL (
      SELECT classid, objid FROM pg_depend WHERE (refclassid, refobjid) = (going.classid, going.objid)
      UNION ALL
      SELECT refclassid, refobjid FROM pg_depend
      WHERE (classid, objid) = (going.classid, going.objid) AND deptype = 'i'
    ) AS next
  )
  SELECT pg_describe_object(classid, objid, 0) AS description
  FROM going CROSS JOIN LATERAL pg_identify_object(classid, objid, 0) AS object
    CROSS JOIN LATERAL pg_identify_object_as_address(classid, objid, 0) AS address
  WHERE classid NOT IN ('pg_namespace'::regclass, 'pg_default_acl'::regclass)
    -- A trigger, a rule, a policy or a column's default has no schema: its table's is the first part of its address.
    AND coalesce(object.schema, quote_ident(address.object_names[1])) NOT IN (quote_ident($1), 'pg_toast')
    AND NOT EXISTS (SELECT FROM pg_depend AS part
      WHERE (part.classid, part.objid) = (going.classid, going.objid) AND part.deptype = 'i')
  ORDER BY 1`;
