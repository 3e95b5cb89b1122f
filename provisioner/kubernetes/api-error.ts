/** What the API server said when it refused, in its own words. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

const causeSchema = z.looseObject({
  reason: z.string().optional(),
  message: z.string().optional(),
  field: z.string().optional(),
});
/** One reason of several; `field` is the path it is about, for example `spec.hard[pods]`. */
export type StatusCause = z.infer<typeof causeSchema>;

/** `Status` of the API machinery (meta/v1), the body of every refusal. */
const statusSchema = z.looseObject({
  kind: z.literal('Status'),
  message: z.string().default(''),
  reason: z.string().default('Unknown'),
  details: z
    .looseObject({
      name: z.string().optional(),
      kind: z.string().optional(),
      causes: z.array(causeSchema).default([]),
      retryAfterSeconds: z.number().optional(),
    })
    .default({ causes: [] }),
});

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly causes: readonly StatusCause[];
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * A refusal by the API server. `status` is HTTP's, `reason` the machine-readable word (`AlreadyExists`,
 * `Invalid`, `Forbidden` …), `message` the server's sentence; `kind`, `namespace`, `name` say of what, where the
 * server said so.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly subject: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
  readonly causes: readonly StatusCause[];
  /** The server's wish for when to ask again, seconds; undefined when it has none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(refusal: Refusal) {
    super(refusal.message);
    const { kind, namespace, name } = refusal;
    this.status = refusal.status;
    this.reason = refusal.reason;
    this.subject = {
      ...(kind === undefined ? {} : { kind }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
    };
    this.causes = refusal.causes;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

/** The answer of one exchange, as far as an error needs it. */
export interface RefusedAnswer {
  readonly path: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
}

/** The ApiError of an answer that is no success; a body that is no `Status` (a proxy's) is kept as text. */
export function apiErrorOf(answer: RefusedAnswer): ApiError {
  const parsed = statusSchema.safeParse(answer.body);
  const namespace = /\/namespaces\/([^/?]+)/.exec(answer.path)?.[1];
  const header = Number.parseInt(answer.retryAfter ?? '', 10);
  const waitByHeader = Number.isNaN(header) ? undefined : header;
  if (!parsed.success) {
    const message = `HTTP ${answer.status} without a Status: ${String(answer.body).slice(0, 200)}`;
    const reason = (STATUS_CODES[answer.status] ?? 'Unknown').replaceAll(' ', '');
    const common = { status: answer.status, reason, causes: [], namespace };
    return new ApiError({ ...common, message, retryAfterSeconds: waitByHeader });
  }
  const { message, reason, details } = parsed.data;
  const retryAfterSeconds = waitByHeader ?? details.retryAfterSeconds;
  return new ApiError({ ...details, status: answer.status, message, reason, namespace, retryAfterSeconds });
}

/** Whether an error is the API server's refusal with this reason. */
export function isRefusal(error: unknown, ...reasons: readonly string[]): error is ApiError {
  return error instanceof ApiError && reasons.includes(error.reason);
}
