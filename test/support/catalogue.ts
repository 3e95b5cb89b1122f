import type { Pool } from 'pg';
import type { TenantSpec } from '../../tenancy/tenant-spec.ts';

/**
 * All that PostgreSQL's catalogue says of a tenant's schema, one line a fact, with the tenant's names replaced: equal
 * for two schemas that are the same. Object ids and physical storage are left out.
 */
export async function catalogueOf(pool: Pool, tenant: TenantSpec): Promise<string[]> {
  const { rows } = await pool.query<{ fact: string }>(
    `SELECT fact FROM (${FACTS}) AS facts ORDER BY fact COLLATE "C"`,
    [tenant.schema],
  );
  return rows.map(({ fact }) => fact.replaceAll(tenant.schema, 'TENANT').replaceAll(tenant.role, 'TENANT'));
}

const SCHEMA = 'to_regnamespace(quote_ident($1))';
const sorted = (rights: string) => `ARRAY(SELECT unnest(${rights})::text ORDER BY 1)`;

const FACTS = `
  SELECT format('schema owner=%s rights=%s comment=%s', nspowner::regrole, ${sorted('nspacl')},
    obj_description(oid, 'pg_namespace')) AS fact
  FROM pg_namespace WHERE oid = ${SCHEMA}
  UNION ALL
  SELECT format('default rights of %s on %s: %s', defaclrole::regrole, defaclobjtype, ${sorted('defaclacl')})
  FROM pg_default_acl WHERE defaclnamespace = ${SCHEMA}
  UNION ALL
  SELECT format('relation %s kind=%s owner=%s rights=%s persistence=%s options=%s rls=%s comment=%s', relname, relkind,
    relowner::regrole, ${sorted('relacl')}, relpersistence, reloptions, relrowsecurity, obj_description(oid, 'pg_class'))
  FROM pg_class WHERE relnamespace = ${SCHEMA}
  UNION ALL
  SELECT format('column %s.%s %s %s notnull=%s default=%s identity=%s generated=%s collation=%s', attrelid::regclass,
    attnum, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attidentity,
    attgenerated, attcollation::regcollation)
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = ${SCHEMA} AND relkind <> 'i') AND attnum > 0
  UNION ALL
  SELECT format('constraint %s on %s: %s validated=%s', conname, conrelid::regclass, pg_get_constraintdef(oid),
    convalidated)
  FROM pg_constraint WHERE connamespace = ${SCHEMA}
  UNION ALL
  SELECT format('index %s valid=%s', pg_get_indexdef(indexrelid), indisvalid)
  FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = ${SCHEMA})
  UNION ALL
  SELECT format('sequence %s type=%s start=%s by=%s max=%s cycle=%s last=%s of %s', seqrelid::regclass,
    seqtypid::regtype, seqstart, seqincrement, seqmax, seqcycle, pg_sequence_last_value(seqrelid),
    (SELECT refobjid::regclass || '.' || refobjsubid FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND refobjsubid > 0))
  FROM pg_sequence WHERE seqrelid IN (SELECT oid FROM pg_class WHERE relnamespace = ${SCHEMA})
  UNION ALL
  SELECT format('routine %s owner=%s rights=%s', pg_get_functiondef(oid), proowner::regrole, ${sorted('proacl')})
  FROM pg_proc WHERE pronamespace = ${SCHEMA} AND prokind IN ('f', 'p')
  UNION ALL
  SELECT pg_get_triggerdef(oid) FROM pg_trigger
  WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = ${SCHEMA})`;
