/** The environment of a CLI process: named variables only, nothing of ours is inherited. */
import { delimiter } from 'node:path';
import type { EngineOptions } from './engine-options.ts';
import type { RunDirectory } from './run-directory.ts';

/** What the official provider needs to find the cluster and the programs that log in to it, where there is one. */
const OFFICIAL_PROVIDER_VARIABLES = [
  'HOME',
  'KUBECONFIG',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
];

/**
 * Enough to find and start `pulumi`, quietly. Nothing else needs to be found unless the official provider runs: a
 * CLI that finds `git` asks it for the state of the checkout around the run directory, if there is one.
 */
export function baseEnvironment(options: Pick<EngineOptions, 'pathPrefix' | 'provider'>): NodeJS.ProcessEnv {
  const system = options.provider === 'official' ? [process.env.PATH ?? '/usr/bin:/bin'] : [];
  return {
    PATH: [options.pathPrefix, ...system].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    // Fewer garbage collections: a tenth of a run's CPU time for 10 MB.
    GOGC: '400',
  };
}

/**
 * The environment of one run. The passphrase stands in it, never in an argument, which every user of the machine
 * could read. Source of the names: sdk/v3/go/common/env of Pulumi; PULUMI_DEBUG_PROVIDERS makes the engine dial a
 * provider that already runs.
 */
export function runEnvironment(
  options: EngineOptions,
  directory: RunDirectory,
  providerPort: number | null,
): NodeJS.ProcessEnv {
  return {
    ...(options.provider === 'official' ? inherited(OFFICIAL_PROVIDER_VARIABLES) : { HOME: directory.home }),
    ...baseEnvironment(options),
    PULUMI_HOME: directory.home,
    PULUMI_BACKEND_URL: directory.backendUrl,
    PULUMI_CONFIG_PASSPHRASE: options.passphrase,
    PULUMI_AUTOMATION_API: 'true',
    // Shows the hidden flag --event-log.
    PULUMI_DEBUG_COMMANDS: 'true',
    PULUMI_DIY_BACKEND_NO_LEGACY_WARNING: 'true',
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: 'true',
    // A crashed run's directory is never read again, so nothing is lost by saving only at the end.
    PULUMI_SKIP_CHECKPOINTS: 'true',
    ...(providerPort === null ? {} : { PULUMI_DEBUG_PROVIDERS: `kubernetes:${providerPort}` }),
  };
}

function inherited(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
