/**
 * The engine's events, as `pulumi --event-log` streams them: JSON with one field set of many. Source: EngineEvent in
 * @pulumi/pulumi/automation/events.d.ts. Inputs and outputs of resources are dropped here, so that none reaches a log.
 */
import { z } from 'zod';
import { plainText } from './plain-text.ts';

export type EngineEvent =
  | { readonly kind: 'started' | 'finished' | 'failed'; readonly operation: string; readonly urn: string }
  | {
      readonly kind: 'diagnostic';
      readonly severity: string;
      /** The resource it speaks of; absent when it speaks of the run. */
      readonly urn?: string;
      readonly message: string;
    }
  | {
      readonly kind: 'summary';
      readonly result: string;
      readonly changes: Readonly<Record<string, number>>;
      readonly durationSeconds: number;
    };

const step = z.object({ metadata: z.object({ op: z.string(), urn: z.string() }) });
const wireEventSchema = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  resOpFailedEvent: step.optional(),
  diagnosticEvent: z
    .object({ severity: z.string(), urn: z.string().optional(), message: z.string() })
    .optional(),
  summaryEvent: z
    .object({
      result: z.string(),
      resourceChanges: z.record(z.string(), z.number()).nullable(),
      durationSeconds: z.number(),
    })
    .optional(),
});
type WireEvent = z.infer<typeof wireEventSchema>;

/**
 * One event of the stream, or undefined for a kind that nobody here asks for. Debug messages are such: they show
 * what resources hold, secrets too.
 * @throws when a known event has another shape than the pinned engine gives it
 */
export function parseEngineEvent(wire: unknown): EngineEvent | undefined {
  const parsed = wireEventSchema.safeParse(wire);
  if (!parsed.success) {
    throw new Error(`An event of the Pulumi engine has an unknown shape: ${z.prettifyError(parsed.error)}`);
  }
  return stepEvent(parsed.data) ?? reportEvent(parsed.data);
}

function stepEvent(wire: WireEvent): EngineEvent | undefined {
  const kinds = {
    started: wire.resourcePreEvent,
    finished: wire.resOutputsEvent,
    failed: wire.resOpFailedEvent,
  };
  for (const kind of ['started', 'finished', 'failed'] as const) {
    const metadata = kinds[kind]?.metadata;
    if (metadata !== undefined) return { kind, operation: metadata.op, urn: metadata.urn };
  }
  return undefined;
}

function reportEvent({ diagnosticEvent, summaryEvent }: WireEvent): EngineEvent | undefined {
  if (diagnosticEvent !== undefined && diagnosticEvent.severity !== 'debug') {
    const { severity, urn, message } = diagnosticEvent;
    const subject = urn === undefined || urn === '' ? {} : { urn };
    return { kind: 'diagnostic', severity, ...subject, message: plainText(message) };
  }
  if (summaryEvent !== undefined) {
    const { result, resourceChanges, durationSeconds } = summaryEvent;
    return { kind: 'summary', result, changes: resourceChanges ?? {}, durationSeconds };
  }
  return undefined;
}
