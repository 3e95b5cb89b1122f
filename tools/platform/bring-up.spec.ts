import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { eventually } from '../../test/support/eventually.ts';
import { type TinyPlatform, tinyPlatform } from './fixtures/tiny-services.ts';
import { runningProcess, startedServices, writePidFile } from './pid-file.ts';
import { identifyProcess, signalProcess } from './process-identity.ts';
import type { Task, Unit } from './unit.ts';

describe('bringUp', () => {
  let platform: TinyPlatform;
  let units: Unit[];

  beforeEach(() => {
    platform = tinyPlatform();
    units = [platform.service('web', { dependsOn: ['store'] }), platform.service('store')];
  });

  afterEach(() => platform.remove(units));

  it('starts a service after those it depends on', async () => {
    await platform.up(units);
    expect(platform.journal()).deep.equals(['store starts', 'web starts']);
  });

  it('keeps what runs', async () => {
    await platform.up(units);
    const reports = await platform.up(units);
    expect(reports.map(({ outcome }) => outcome)).deep.equals(['kept', 'kept']);
    expect(platform.journal()).deep.equals(['store starts', 'web starts']);
  });

  it('starts only what died', async () => {
    await platform.up(units);
    await kill(platform, 'store');
    const reports = await platform.up(units);
    const outcomes = Object.fromEntries(reports.map(({ name, outcome }) => [name, outcome]));
    expect(outcomes).deep.equals({ store: 'started', web: 'kept' });
  });

  it('starts a service whose pid now belongs to a stranger, and lets the stranger be', async () => {
    const self = identifyProcess(process.pid) ?? expect.fail('we do not run');
    writePidFile(platform.layout, 'store', { ...self, startTicks: '1' });
    const reports = await platform.up([platform.service('store')]);
    expect(reports.map(({ outcome }) => outcome)).deep.equals(['started']);
  });

  it('runs a task each time, before what depends on it', async () => {
    let runs = 0;
    const run = async () => {
      runs += 1;
    };
    const task: Task = { kind: 'task', name: 'prepare', dependsOn: [], run };
    units = [platform.service('store', { dependsOn: ['prepare'], isHealthy: async () => runs > 0 }), task];
    await platform.up(units);
    await platform.up(units);
    expect(runs).equals(2);
  });

  it('tells what a service said before it ended, and does not try what depends on it', async () => {
    const broken = platform.service('store', {
      script: 'echo "no disk"; exit 3',
      isHealthy: async () => false,
    });
    units = [broken, platform.service('web', { dependsOn: ['store'] }), platform.service('other')];
    const error = await platform.up(units).catch((reason: unknown) => reason);
    expect(error).instanceOf(AggregateError);
    const [failure] = (error as AggregateError).errors;
    expect(failure.message).equals('store is not up');
    expect(failure.cause.message).matches(/ended while starting.*no disk/s);
    expect(platform.journal()).not.includes('web starts');
    expect(platform.journal()).includes('other starts');
  });

  it('tells which command cannot be run', async () => {
    const missing = { ...platform.service('store'), launch: () => ({ command: '/no/such/store', args: [] }) };
    const error = await platform.up([missing]).catch((reason: unknown) => reason);
    expect((error as AggregateError).errors[0].cause.message).equals('cannot run /no/such/store for store');
    expect(startedServices(platform.layout)).deep.equals([]);
  });

  it('refuses a dependency that is no unit', async () => {
    const error = await platform
      .up([platform.service('web', { dependsOn: ['stroe'] })])
      .catch((e: unknown) => e);
    expect(error).instanceOf(Error).with.property('message').matches(/stroe/);
  });

  it('gives a service no variable of ours that it does not need', async () => {
    process.env.LANDLORD_CANARY = 'secret';
    try {
      const script = 'env > environment; sleep 60';
      units = [platform.service('store', { script })];
      await platform.up(units);
    } finally {
      delete process.env.LANDLORD_CANARY;
    }
    const path = `${platform.layout.directory}/environment`;
    const text = await eventually(() => readIfFilled(path), { timeoutMs: 5_000 });
    expect(text).includes('PATH=').not.includes('LANDLORD_CANARY');
  });
});

async function kill(platform: TinyPlatform, name: string): Promise<void> {
  const identity = runningProcess(platform.layout, name) ?? expect.fail(`${name} does not run`);
  signalProcess(identity, 'SIGKILL');
  await eventually(() => runningProcess(platform.layout, name) === undefined, { timeoutMs: 5_000 });
}

function readIfFilled(path: string): string | undefined {
  const text = readFileSync(path, 'utf8');
  return text === '' ? undefined : text;
}
