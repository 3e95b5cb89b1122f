/** What may be asked of a tenant through the HTTP API. Every function throws CommandError when the API refuses. */
import { type TenantView, tenantViewSchema } from '../tenancy/tenant-view.ts';
import { type WishAccepted, wishAcceptedSchema } from '../tenancy/wish.ts';
import type { Connection } from './connection.ts';
import { type ApiRequest, requestJson } from './request-json.ts';

/** The tenant as it was seen; a change of what has changed since is refused. */
type Seen = Pick<TenantView, 'id' | 'generation'>;

/** A change as typed; the API says what is wrong with it. */
export interface TenantChange {
  readonly company?: string;
  readonly plan?: string;
}

export function changeTenant(connection: Connection, seen: Seen, body: TenantChange): Promise<WishAccepted> {
  return wish(connection, { method: 'PATCH', path: pathOf(seen.id), body, ifMatch: etagOf(seen) });
}

export function setOverrides(
  connection: Connection,
  seen: Seen,
  body: Readonly<Record<string, number | undefined>>,
): Promise<WishAccepted> {
  const path = pathOf(seen.id, '/overrides');
  return wish(connection, { method: 'PUT', path, body, ifMatch: etagOf(seen) });
}

/** Asks for a wish that needs no more than its name. */
export function askFor(connection: Connection, id: string, name: string): Promise<WishAccepted> {
  return wish(connection, { method: 'POST', path: pathOf(id, `/${name}`) });
}

/** @param graceHours the API's default when undefined */
export function deleteTenant(connection: Connection, id: string, graceHours?: string): Promise<WishAccepted> {
  const query = graceHours === undefined ? '' : `?${new URLSearchParams({ graceHours })}`;
  return wish(connection, { method: 'DELETE', path: pathOf(id, query) });
}

export function approveErasure(connection: Connection, id: string): Promise<TenantView> {
  const request = { method: 'POST', path: pathOf(id, '/approve-erasure') } as const;
  return requestJson(connection, request, tenantViewSchema);
}

export function putLegalHold(connection: Connection, id: string, reason: string): Promise<TenantView> {
  const request = { method: 'PUT', path: pathOf(id, '/legal-hold'), body: { reason } } as const;
  return requestJson(connection, request, tenantViewSchema);
}

export function releaseLegalHold(connection: Connection, id: string, reason: string): Promise<TenantView> {
  const path = pathOf(id, `/legal-hold?${new URLSearchParams({ reason })}`);
  return requestJson(connection, { method: 'DELETE', path }, tenantViewSchema);
}

function wish(connection: Connection, request: ApiRequest): Promise<WishAccepted> {
  return requestJson(connection, request, wishAcceptedSchema);
}

function pathOf(id: string, rest = ''): string {
  return `/v1/tenants/${encodeURIComponent(id)}${rest}`;
}

function etagOf({ generation }: Seen): string {
  return `"${generation}"`;
}
