/** All names of a tenant, in one pure module. None carries a slug, a company or an address (invariant 10). */
import type { z } from 'zod';
import type { TenantId } from './ids.ts';
import { text } from './text.ts';

/** The label that proves on a Kubernetes object which tenant owns it; its value is the tenant id. */
export const TENANT_LABEL = 'landlord.dev/tenant';
/** The label that carries the plan on a tenant's Kubernetes objects. */
export const PLAN_LABEL = 'landlord.dev/plan';
/** The Pulumi project every tenant stack belongs to. */
export const TENANT_PROJECT = 'landlord-tenant';

export const SLUG_MIN_LENGTH = 3;
export const SLUG_MAX_LENGTH = 40;

/** Names that would shadow the platform's own hosts, namespaces or schemas. */
const RESERVED_SLUGS: ReadonlySet<string> = new Set([
  ...['admin', 'api', 'app', 'assets', 'auth', 'billing', 'blog', 'cdn', 'console', 'control', 'dashboard'],
  ...['default', 'dev', 'docs', 'ftp', 'git', 'grafana', 'help', 'imap', 'internal', 'landlord', 'localhost'],
  ...[
    'login',
    'mail',
    'metrics',
    'mx',
    'null',
    'ns1',
    'ns2',
    'operator',
    'pop',
    'portal',
    'postgres',
    'prod',
  ],
  ...['production', 'prometheus', 'public', 'root', 'security', 'signup', 'smtp', 'sso', 'staging', 'static'],
  ...['status', 'support', 'system', 'test', 'undefined', 'webhook', 'webhooks', 'webmail', 'www'],
]);
const RESERVED_PREFIXES = ['kube-', 'pg-', 'pg_', 'xn--', 'landlord-'];

/** Why a slug is refused, or undefined when it may be used. Linear in the slug's length. */
export function slugProblem(slug: string): string | undefined {
  if (RESERVED_SLUGS.has(slug) || RESERVED_PREFIXES.some((prefix) => slug.startsWith(prefix))) {
    return 'is reserved: choose another name';
  }
  if (slug.length < SLUG_MIN_LENGTH || slug.length > SLUG_MAX_LENGTH) {
    return `must have ${SLUG_MIN_LENGTH} to ${SLUG_MAX_LENGTH} characters`;
  }
  if (!/^[a-z]/.test(slug)) return 'must start with a lower-case letter a-z';
  if (!/^[a-z0-9-]+$/.test(slug)) return 'may hold only lower-case letters a-z, digits and hyphens';
  if (slug.endsWith('-') || slug.includes('--')) return 'must not end with a hyphen or hold two in a row';
  return undefined;
}

export const slugSchema = text()
  .superRefine((slug, context) => {
    const problem = slugProblem(slug);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .brand<'Slug'>();
/** A tenant's public name: a DNS label that is not reserved. It may change; nothing derives from it. */
export type Slug = z.infer<typeof slugSchema>;

/** The names of everything one tenant owns. */
export interface TenantNames {
  /** Kubernetes namespace, `t-` and the id's 20 characters. */
  readonly namespace: string;
  /** PostgreSQL schema, the tenant id itself. */
  readonly schema: string;
  /** PostgreSQL role, the tenant id itself. */
  readonly role: string;
  /** Pulumi stack, equal to the namespace. */
  readonly stack: string;
}

/** The names that derive from a tenant id. All are far below PostgreSQL's and Kubernetes' 63 bytes. */
export function tenantNames(id: TenantId): TenantNames {
  const dashed = id.replace('_', '-');
  return { namespace: dashed, schema: id, role: id, stack: dashed };
}
