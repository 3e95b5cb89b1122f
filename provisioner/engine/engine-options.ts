/** What an engine is made with. */
import type { Logger } from 'winston';

export interface EngineOptions {
  /** `direct`: one CLI process a run. `stock`: the Automation API's own way, slower and independent of its internals. */
  readonly mode: 'direct' | 'stock';
  /** Directory of `pulumi`, put first on PATH. */
  readonly pathPrefix: string;
  /** Where runs lay out their directories: on this machine, and no other user's. */
  readonly runsDirectory: string;
  /** What secrets in the stacks' states are encrypted with. */
  readonly passphrase: string;
  /** `resident`: runs name the port of a provider. `official`: the CLI starts the plugin that lies on PATH. */
  readonly provider: 'resident' | 'official';
  readonly logger: Logger;
}
