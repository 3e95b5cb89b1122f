/** A Kubernetes object as the API server returns it; only what every object has is spelled out. */
import { z } from 'zod';
import type { JsonObject } from './json.ts';

const schema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    finalizers: z.array(z.string()).default([]),
    deletionTimestamp: z.string().optional(),
  }),
});

export interface KubernetesObject {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  /** When its deletion was asked for; undefined while nobody did. */
  readonly deletionTimestamp: string | undefined;
  /** The whole object, untouched. */
  readonly json: JsonObject;
}

/** @throws z.ZodError when the answer is no Kubernetes object */
export function parseObject(answer: unknown): KubernetesObject {
  const { name, namespace, uid, resourceVersion, labels, finalizers, deletionTimestamp } =
    schema.parse(answer).metadata;
  const metadata = { name, namespace, uid, resourceVersion, labels, finalizers, deletionTimestamp };
  return { ...metadata, json: answer as JsonObject };
}
