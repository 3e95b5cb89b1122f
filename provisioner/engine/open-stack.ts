/** A stored stack, laid out for a person: the stock `pulumi` opens it in that directory. */
import { mkdir } from 'node:fs/promises';
import { layOutStack } from './lay-out-stack.ts';
import { packState, unpackState } from './stack-state.ts';

export interface StoredStack {
  /** The directory to make. */
  readonly directory: string;
  readonly stack: string;
  /** The promoted state as the control database keeps it. */
  readonly state: Buffer;
}

export interface OpenedStack {
  /** The state as the person left it, to be stored again by who holds the tenant's lease. */
  packedState(): Promise<Buffer>;
}

/**
 * Makes the directory, which only this user can enter. In it `pulumi --stack STACK …` works on a copy of the state:
 * the project file names the backend, and PULUMI_CONFIG_PASSPHRASE has to hold the passphrase of the states.
 * @throws when the directory exists, or the state is damaged (UnreadableStateError)
 */
export async function openStack({ directory, stack, state }: StoredStack): Promise<OpenedStack> {
  const unpacked = await unpackState(state);
  await mkdir(directory, { mode: 0o700 });
  const files = await layOutStack(directory, { stack, state: unpacked, salt: undefined });
  return { packedState: async () => packState(await files.readState()) };
}
