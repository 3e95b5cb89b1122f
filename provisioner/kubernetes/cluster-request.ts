export interface ClusterRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path on the server, segments encoded, without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Called before every attempt, retries included; what it throws ends the call unsent. */
  readonly beforeAttempt?: () => void;
}

/** Sends a request and returns the answer's parsed JSON. */
export type SendRequest = (request: ClusterRequest) => Promise<unknown>;
