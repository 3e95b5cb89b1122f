/**
 * `node hanging-run.ts RUNS_DIRECTORY PORT`: an engine run against the memory provider on PORT that does not end by
 * itself; for specs that kill the process of a run.
 */
import winston from 'winston';
import { createEngine } from '../../provisioner/engine/engine.ts';
import { toolPath } from './cluster.ts';
import { Thing } from './memory-provider.ts';

const [runsDirectory = '', port] = process.argv.slice(2);
const engine = await createEngine({
  mode: 'direct',
  pathPrefix: toolPath(),
  runsDirectory,
  passphrase: 'correct horse battery staple',
  provider: 'resident',
  logger: winston.createLogger({ silent: true }),
});
await engine.up({
  stack: 't-orphan',
  program: async () => {
    new Thing('orphan', { hangs: true });
    return {};
  },
  state: null,
  providerPort: Number(port),
  signal: new AbortController().signal,
  timeoutMs: 60_000,
});
