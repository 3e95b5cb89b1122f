/**
 * The parts of Pulumi this engine leans on that are not its public interface, and the version they were read in.
 * A new version of Pulumi is taken by reading them again: automation/server.js, automation/stack.js (`up`,
 * `setupEventLog`), automation/cmd.js (`run`), and `pulumi up`'s hidden flags --client, --exec-kind and --event-log.
 */
import type { sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import * as automationServer from '@pulumi/pulumi/automation/server.js';
import { version } from '@pulumi/pulumi/version.js';
import type { Program } from './stack-run.ts';

export const PINNED_VERSION = '3.259.0';

/** Serves one program to the CLI, as `LanguageRuntime` of pulumi/language.proto. */
export interface LanguageServer extends UntypedServiceImplementation {
  run(this: LanguageServer, call: unknown, callback: sendUnaryData<unknown>): unknown;
}
export interface LanguageServerClass {
  new (program: Program): LanguageServer;
  readonly prototype: LanguageServer;
}

/** The Automation API's own language server. @throws when it is not the one of the pinned version */
export function pinnedLanguageServer(): LanguageServerClass {
  if (version !== PINNED_VERSION) {
    throw new Error(
      `@pulumi/pulumi is ${version}, but the engine is written for ${PINNED_VERSION}: run npm ci`,
    );
  }
  const { LanguageServer: found } = automationServer as unknown as { LanguageServer?: LanguageServerClass };
  const missing = ['run', 'getRequiredPlugins', 'getPluginInfo'].filter(
    (method) => typeof found?.prototype[method] !== 'function',
  );
  if (found === undefined || missing.length > 0) {
    throw new Error(
      `@pulumi/pulumi's LanguageServer lacks ${missing.join(', ')}: its files are not those released`,
    );
  }
  return found;
}
