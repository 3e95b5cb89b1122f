/**
 * Subquery: object ids of the relations of the schema named by parameter $1. By an index: pg_class has none by schema,
 * and holds the relations of all tenants.
 */
export const SCHEMA_RELATIONS = `
  SELECT objid FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = to_regnamespace(quote_ident($1))
    AND classid = 'pg_class'::regclass`;
