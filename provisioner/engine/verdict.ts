/** Reads a run's events as they come, and says at the end what became of it. */
import type { EngineEvent } from './engine-event.ts';
import type { Failure, StackResult } from './stack-run.ts';

type Diagnostic = Extract<EngineEvent, { kind: 'diagnostic' }>;
type Summary = Extract<EngineEvent, { kind: 'summary' }>;

export interface Verdict {
  record(event: EngineEvent): void;
  /** How many changes of which kind, when the engine itself says that the update succeeded. */
  changes(): Summary['changes'] | undefined;
  /** The failed result; `otherwise` is what to say when the engine said nothing. */
  failure(otherwise: string): Extract<StackResult, { result: 'failed' }>;
}

/** The engine's own last words on every failed update; it tells nothing. */
const BOILERPLATE = 'update failed';

/** A verdict on one run. */
export function openVerdict(): Verdict {
  const errors: Diagnostic[] = [];
  const failedUrns = new Set<string>();
  let summary: Summary | undefined;
  return {
    record(event) {
      if (event.kind === 'summary') summary = event;
      if (event.kind === 'failed') failedUrns.add(event.urn);
      if (event.kind === 'diagnostic' && event.severity === 'error') {
        errors.push(event);
        if (event.urn !== undefined) failedUrns.add(event.urn);
      }
    },
    changes: () => (summary?.result === 'succeeded' ? summary.changes : undefined),
    failure(otherwise) {
      const failures = [...failedUrns].map((urn) => failureOf(urn, errors));
      const named = failures.map((failure) => `${failure.type} ${failure.name}: ${failure.message}`);
      const general = messagesOf(errors, undefined).filter((message) => message !== BOILERPLATE);
      const message = [...named, ...general].join('; ') || otherwise;
      return { result: 'failed', failures, message };
    },
  };
}

/** A URN is `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function failureOf(urn: string, errors: readonly Diagnostic[]): Failure {
  const [, , types = '', ...name] = urn.split('::');
  const message = messagesOf(errors, urn).join('; ') || 'the engine gave no reason';
  return { urn, type: types.split('$').at(-1) ?? types, name: name.join('::'), message };
}

function messagesOf(errors: readonly Diagnostic[], urn: string | undefined): string[] {
  const messages = errors.filter((error) => error.urn === urn).map(({ message }) => withoutStack(message));
  return [...new Set(messages)];
}

/** An error that a program throws comes with its stack, which names our files and helps nobody in a tenant's row. */
function withoutStack(message: string): string {
  const thrown = /^Unhandled exception: (.*?)(?: +at .*)?$/.exec(message);
  return thrown?.[1] ?? message;
}
