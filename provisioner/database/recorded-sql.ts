import { randomUUID } from 'node:crypto';
import { escapeIdentifier, escapeLiteral } from 'pg';

/** One statement as Knex handed it to the driver. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Whether its answer had columns. */
  readonly answersRows: boolean;
}

/**
 * A sent statement as SQL that can stand among others in one multi-statement query; it may end in a comment, so the
 * separator belongs on a line of its own. That protocol carries no
 * parameters, so a statement that has some is prepared and executed, which types them just as the driver's
 * own protocol does.
 * @throws TypeError for a value that has no certain text form
 */
export function recordedSql(statement: SentStatement): string {
  const text = statement.text.trim().replace(/;+$/, '');
  if (statement.values.length === 0) return text;
  const name = escapeIdentifier(`recorded_${randomUUID()}`);
  const values = statement.values.map(literal).join(', ');
  return `PREPARE ${name} AS ${text}\n;\nEXECUTE ${name} (${values});\nDEALLOCATE ${name}`;
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) return escapeLiteral(value.toISOString());
  if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return escapeLiteral(String(value));
  throw new TypeError(
    `a bound value of type ${typeof value} can't be recorded: bind text (JSON.stringify for json), or write it in the SQL`,
  );
}
