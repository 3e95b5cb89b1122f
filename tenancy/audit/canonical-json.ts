export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One text for equal values, whatever the order of their members: the JSON Canonicalization Scheme (RFC 8785). */
export function canonicalJson(value: Json): string {
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** Array.isArray does not tell apart arrays that are readonly. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
