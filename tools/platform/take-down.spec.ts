import { expect } from 'chai';
import { eventually } from '../../test/support/eventually.ts';
import { type TinyPlatform, tinyPlatform } from './fixtures/tiny-services.ts';
import { runningProcess, startedServices, writePidFile } from './pid-file.ts';
import { identifyProcess, isRunning } from './process-identity.ts';
import { processTree } from './process-tree.ts';
import { type StopReport, takeDown } from './take-down.ts';
import type { Unit } from './unit.ts';

describe('takeDown', () => {
  let platform: TinyPlatform;
  let units: Unit[];

  beforeEach(() => {
    platform = tinyPlatform();
    units = [];
  });

  afterEach(() => platform.remove(units));

  async function stop(): Promise<StopReport[]> {
    const reports: StopReport[] = [];
    await takeDown(platform.layout, units, (report) => reports.push(report));
    return reports;
  }

  it('stops a service only after those that depend on it', async () => {
    units = [platform.service('store'), platform.service('api', { dependsOn: ['store'] })];
    units.push(platform.service('web', { dependsOn: ['api'] }));
    await platform.up(units);
    await stop();
    expect(platform.journal().slice(3)).deep.equals(['web stops', 'api stops', 'store stops']);
    expect(startedServices(platform.layout)).deep.equals([]);
  });

  it('kills what does not end when asked to', async () => {
    const script = "trap '' TERM; while :; do sleep 0.02; done";
    units = [platform.service('store', { script, stopTimeoutMs: 200 })];
    await platform.up(units);
    expect(await stop()).deep.equals([{ name: 'store', outcome: 'killed' }]);
    expect(runningProcess(platform.layout, 'store')).equals(undefined);
  });

  it('asks by the signal that the service wants', async () => {
    const script = `trap 'echo interrupted >> "$JOURNAL"; exit' INT; while :; do sleep 0.02; done`;
    units = [platform.service('store', { script, stopSignal: 'SIGINT' })];
    await platform.up(units);
    expect(await stop()).deep.equals([{ name: 'store', outcome: 'stopped' }]);
    expect(platform.journal()).includes('interrupted');
  });

  it('ends the processes that a service leaves behind', async () => {
    units = [platform.service('store', { script: "sleep 60 & trap 'exit 0' TERM; wait" })];
    await platform.up(units);
    const { pid } = runningProcess(platform.layout, 'store') ?? expect.fail('the store does not run');
    const family = await eventually(() => twoOf(processTree(pid)), { timeoutMs: 5_000 });
    await stop();
    await eventually(() => !family.some(isRunning), { timeoutMs: 5_000 });
  });

  it('never signals a stranger that has the pid of a service which ended', async () => {
    const self = identifyProcess(process.pid) ?? expect.fail('we do not run');
    writePidFile(platform.layout, 'store', { ...self, startTicks: '1' });
    units = [platform.service('store')];
    expect(await stop()).deep.equals([{ name: 'store', outcome: 'was down' }]);
    expect(startedServices(platform.layout)).deep.equals([]);
  });
});

function twoOf<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length >= 2 ? items : undefined;
}
