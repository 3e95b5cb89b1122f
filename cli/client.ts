/** The HTTP API as functions; every answer is parsed, every refusal becomes a CommandError. */
import { z } from 'zod';
import { type SignupAccepted, signupAcceptedSchema } from '../tenancy/signup.ts';
import {
  type OperationView,
  operationViewSchema,
  type TenantPage,
  type TenantView,
  tenantPageSchema,
  tenantViewSchema,
} from '../tenancy/tenant-view.ts';
import type { Connection } from './connection.ts';
import { requestJson } from './request-json.ts';

const PAGE_SIZE = '200';
const operationsSchema = z.object({ items: z.array(operationViewSchema) });

/** A signup as typed; the API says what is wrong with it. */
export interface SignupInput {
  readonly slug: string;
  readonly company: string;
  readonly email: string;
  readonly plan: string;
}

export interface ApiClient {
  signUp(signup: SignupInput, idempotencyKey: string): Promise<SignupAccepted>;
  /** All tenants, oldest first, or the one with this slug; reads page after page. */
  listTenants(slug?: string): Promise<TenantView[]>;
  showTenant(id: string): Promise<TenantView>;
  /** Newest first. */
  listOperations(tenantId: string): Promise<OperationView[]>;
  showOperation(id: string): Promise<OperationView>;
  /** @throws CommandError with the API's words when it is not ready */
  checkReady(): Promise<void>;
}

export function createClient(connection: Connection): ApiClient {
  const get = <Schema extends z.ZodType>(path: string, schema: Schema) =>
    requestJson(connection, { method: 'GET', path }, schema);
  return {
    signUp: (body, idempotencyKey) =>
      requestJson(
        connection,
        { method: 'POST', path: '/v1/tenants', body, idempotencyKey },
        signupAcceptedSchema,
      ),
    async listTenants(slug) {
      const tenants: TenantView[] = [];
      let cursor: string | null = null;
      do {
        const page: TenantPage = await get(`/v1/tenants?${pageQuery(slug, cursor)}`, tenantPageSchema);
        tenants.push(...page.items);
        cursor = page.next;
      } while (cursor !== null);
      return tenants;
    },
    showTenant: (id) => get(`/v1/tenants/${encodeURIComponent(id)}`, tenantViewSchema),
    async listOperations(tenantId) {
      const { items } = await get(`/v1/tenants/${encodeURIComponent(tenantId)}/operations`, operationsSchema);
      return items;
    },
    showOperation: (id) => get(`/v1/operations/${encodeURIComponent(id)}`, operationViewSchema),
    async checkReady() {
      await get('/readyz', z.object({ status: z.literal('ready') }));
    },
  };
}

function pageQuery(slug: string | undefined, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams({ limit: PAGE_SIZE });
  if (slug !== undefined) query.set('slug', slug);
  if (cursor !== null) query.set('cursor', cursor);
  return query;
}
