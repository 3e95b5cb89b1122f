/**
 * A stack's state as the control database keeps it: what `pulumi stack export` writes, compressed. So it opens in a
 * stock `pulumi stack import` too. In a run directory it is a checkpoint, the file backend's form of the same.
 * Source: apitype.UntypedDeployment and apitype.VersionedCheckpoint of github.com/pulumi/pulumi/sdk/v3.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';

const deploymentSchema = z.looseObject({
  secrets_providers: z
    .looseObject({ type: z.string(), state: z.looseObject({ salt: z.string().optional() }).optional() })
    .optional(),
  resources: z.array(z.looseObject({ urn: z.string() })).optional(),
  pending_operations: z.array(z.unknown()).optional(),
});
const exportSchema = z.looseObject({ version: z.int(), deployment: deploymentSchema });
const checkpointSchema = z.looseObject({
  version: z.int(),
  checkpoint: z.looseObject({ stack: z.string(), latest: deploymentSchema }),
});

export type StackState = z.infer<typeof exportSchema>;

/** A stored state that is damaged, which no retry can mend. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}

/** @throws UnreadableStateError when it is no compressed state */
export async function unpackState(packed: Buffer): Promise<StackState> {
  try {
    const text = (await promisify(zstdDecompress)(packed)).toString('utf8');
    return exportSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new UnreadableStateError(`The stored stack state (${packed.length} bytes) is damaged: ${reason}`, {
      cause,
    });
  }
}

/** The state, compressed (Zstandard), with a checksum, so that a changed bit is found. */
export function packState(state: StackState): Promise<Buffer> {
  return promisify(zstdCompress)(JSON.stringify(state), {
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/**
 * The file backend's checkpoint of a stack. Operations that a crash left open are forgotten: what such a create made
 * carries the tenant's id, so that the provider takes it over when the create is asked for again.
 */
export function toCheckpoint(stack: string, state: StackState | undefined): string {
  if (state === undefined) return JSON.stringify({ version: 3, checkpoint: { stack, latest: null } });
  const { deployment, ...envelope } = state;
  const { pending_operations: _forgotten, ...latest } = deployment;
  return JSON.stringify({ ...envelope, checkpoint: { stack, latest } });
}

/**
 * The state in a checkpoint. Leaves out where in our files each resource was declared: a tenant's state should not
 * depend on where the provisioner is installed, and it is most of the bytes.
 */
export function fromCheckpoint(text: string): StackState {
  const { checkpoint, ...envelope } = checkpointSchema.parse(JSON.parse(text));
  const resources = checkpoint.latest.resources?.map((resource) => {
    const { sourcePosition: _position, stackTrace: _trace, ...kept } = resource;
    return kept;
  });
  return { ...envelope, deployment: { ...checkpoint.latest, ...(resources && { resources }) } };
}

/** The salt that the state's secrets are encrypted with, when they are by a passphrase. */
export function saltOf(state: StackState): string | undefined {
  const provider = state.deployment.secrets_providers;
  return provider?.type === 'passphrase' ? provider.state?.salt : undefined;
}
