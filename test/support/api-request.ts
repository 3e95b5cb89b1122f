/** Requests to the API as the specs send them: valid unless they say otherwise. */
import { API_TOKEN } from './api.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed JSON object. */
  readonly body: Record<string, unknown>;
}

export interface Sent {
  readonly method?: string;
  /** Laid over the token; null takes a header away. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Sends one request with the right token. */
export async function send(api: { readonly url: string }, path: string, sent: Sent = {}): Promise<ApiAnswer> {
  const headers = new Headers({ Authorization: `Bearer ${API_TOKEN}` });
  for (const [name, value] of Object.entries(sent.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const { method = 'GET', body } = sent;
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? {} : JSON.parse(text),
  };
}

/** Sends JSON with the right token. */
export function sendJson(
  api: { readonly url: string },
  method: string,
  path: string,
  body: unknown,
  headers: Sent['headers'] = {},
): Promise<ApiAnswer> {
  return send(api, path, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A signup's body with everything right. */
export function signupBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { slug: 'acme', company: 'Acme Ltd', email: 'ada@acme.example', plan: 'team', ...changes };
}

/** Posts a signup under a fresh idempotency key. */
export function postSignup(
  api: { readonly url: string },
  body: unknown,
  headers: Sent['headers'] = {},
): Promise<ApiAnswer> {
  return send(api, '/v1/tenants', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
