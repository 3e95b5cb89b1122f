import grpc, { type handleUnaryCall } from '@grpc/grpc-js';
import { PermanentError } from '../../tenancy/errors.ts';
import type { Binding } from './binding.ts';
import type { CallContext } from './resource-call.ts';

/** One call's work: request message in, response message out. */
export type Work<Request, Response> = (context: CallContext, request: Request) => Promise<Response>;

/** The engine's calls under way on one provider, so that they can be given up together and waited for. */
export class CallsInProgress {
  readonly #binding: Binding;
  readonly #ending = new AbortController();
  readonly #open = new Set<Promise<void>>();
  #permanentError: PermanentError | undefined;

  constructor(binding: Binding) {
    this.#binding = binding;
  }

  /** The first error that no retry can mend; the engine passes on only the words of it. */
  get permanentError(): PermanentError | undefined {
    return this.#permanentError;
  }

  /** A gRPC handler that runs the work; an error is answered with its message, which is for people. */
  handler<Request, Response>(work: Work<Request, Response>): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      const givenUp = new AbortController();
      call.on('cancelled', () => givenUp.abort(new Error('the engine gave the call up')));
      const signal = AbortSignal.any([givenUp.signal, this.#ending.signal]);
      const answered = work({ binding: this.#binding, signal }, call.request).then(
        (response) => callback(null, response),
        (error: Error) => {
          this.#permanentError ??= permanentCause(error);
          const { message } = signal.aborted ? (signal.reason as Error) : error;
          callback({ code: grpc.status.UNKNOWN, details: message });
        },
      );
      this.#open.add(answered);
      answered.finally(() => this.#open.delete(answered));
    };
  }

  /** Aborts every open call and waits until each is answered. */
  async end(reason: Error): Promise<void> {
    this.#ending.abort(reason);
    await Promise.all(this.#open);
  }
}

/** Calls say what they were about and keep what happened as the cause. */
function permanentCause({ cause }: Error): PermanentError | undefined {
  return cause instanceof PermanentError ? cause : undefined;
}
