/** PostgreSQL's rendering of an instant in UTC as ISO 8601, so that JSON built there needs no second pass. */
export function instant(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
