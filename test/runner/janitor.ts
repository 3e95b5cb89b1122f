/**
 * Cleans up after a test run, however it ended. Started with the run's directory; waits until its standard input
 * closes, which the kernel does for a runner that was killed too. Then ends the specs' processes and the engines, and
 * removes the directory.
 */
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { signalProcess } from '../../tools/platform/process-identity.ts';
import { runArea } from './run-area.ts';
import { processesOfSpecs } from './spec-processes.ts';
import { stopEngines } from './throw-away-platform.ts';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: janitor.ts DIRECTORY');
const area = runArea(directory);
await text(process.stdin);
for (const { identity } of processesOfSpecs(area)) signalProcess(identity, 'SIGKILL');
await stopEngines(area.platform);
rmSync(area.directory, { recursive: true, force: true });
