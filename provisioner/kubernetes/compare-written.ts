import { read } from './binding.ts';
import type { ClusterConnection } from './connection.ts';
import { driftFromLive } from './diff.ts';
import type { JsonObject } from './json.ts';
import { describe, referenceOfId } from './object-reference.ts';
import { asRecorded, hasSecret } from './properties.ts';
import { parseTypeToken } from './type-token.ts';

/** An object as a Pulumi state has it. */
export interface Written {
  /** For example `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  readonly id: string;
  readonly inputs: JsonObject;
  /** The object as the server answered to the last write. */
  readonly outputs: JsonObject;
}

/**
 * Which fields of the written objects others changed since, as sentences: the same comparison by which the next run
 * mends them. An object that is gone or on its way out is verifyTenantObjects' to name.
 */
export async function compareWritten(
  connection: ClusterConnection,
  written: readonly Written[],
  signal: AbortSignal,
): Promise<string[]> {
  // What the state keeps encrypted can't be compared from outside the engine.
  const readable = written.filter(({ inputs, outputs }) => !hasSecret(inputs) && !hasSecret(outputs));
  const problems = await Promise.all(readable.map((object) => compareObject(connection, object, signal)));
  return problems.flat();
}

async function compareObject(
  connection: ClusterConnection,
  { type, id, inputs, outputs }: Written,
  signal: AbortSignal,
): Promise<string[]> {
  const { apiVersion, kind } = parseTypeToken(type);
  const reference = referenceOfId(await connection.findResource(apiVersion, kind), id);
  const live = await read({ connection }, reference, signal);
  if (live === undefined || live.deletionTimestamp !== undefined) return [];
  return driftFromLive(asRecorded(inputs), asRecorded(outputs), live).map(
    ({ path }) => `${describe(reference)}: ${path} is not as it was written`,
  );
}
