/** Counts the calls to providers that one attempt at an operation makes, for the audit log. */
import type { ClusterConnection } from '../kubernetes/connection.ts';

export interface CountedCall {
  /** For example `kubernetes`. */
  readonly service: string;
  /** For example `POST configmaps`. */
  readonly call: string;
  readonly count: number;
}

export class ProviderCalls {
  readonly #counts = new Map<string, CountedCall>();

  add(service: string, call: string): void {
    const key = `${service} ${call}`;
    const { count } = this.#counts.get(key) ?? { count: 0 };
    this.#counts.set(key, { service, call, count: count + 1 });
  }

  /** By service and call. */
  list(): CountedCall[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counted]) => counted);
  }
}

/** The same connection; every attempt it makes is counted, retries too. */
export function countedConnection(connection: ClusterConnection, calls: ProviderCalls): ClusterConnection {
  return {
    ...connection,
    request: (request) =>
      connection.request({
        ...request,
        beforeAttempt() {
          request.beforeAttempt?.();
          calls.add('kubernetes', `${request.method} ${resourceOf(request.path)}`);
        },
      }),
  };
}

/** The plural in a Kubernetes path: `configmaps` of `/api/v1/namespaces/…/configmaps/…`. */
function resourceOf(path: string): string {
  const [, plural] = /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/]+)/.exec(path) ?? [];
  return plural ?? path;
}
