/** Brings units up in the order of their dependencies, whatever is independent at the same time. */
import type { Toolchain } from '../toolchain/locate.ts';
import type { Layout } from './layout.ts';
import { runningProcess } from './pid-file.ts';
import { logFile, startService } from './start-service.ts';
import { isService, type Service, type Unit } from './unit.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

export interface UnitReport {
  readonly name: string;
  /** `kept`: it ran already. `done`: a task that ran. */
  readonly outcome: 'started' | 'kept' | 'done';
  readonly milliseconds: number;
}

/**
 * Resolves when every unit is up: services answer, tasks are done. A service that runs already is kept.
 * @throws AggregateError with the reason of each unit that failed; those that depend on it are not tried
 */
export async function bringUp(
  layout: Layout,
  units: readonly Unit[],
  toolchain: Toolchain,
  report: (report: UnitReport) => void = () => {},
): Promise<void> {
  const attempts = new Map<string, Promise<boolean>>();
  const failures: Error[] = [];
  const attempt = (unit: Unit): Promise<boolean> => {
    const known = attempts.get(unit.name);
    if (known !== undefined) return known;
    const running = bringUpAfter(
      unit.dependsOn.map((name) => attempt(named(units, name))),
      async () => {
        const start = Date.now();
        const outcome = await bringUpOne(layout, unit, toolchain);
        report({ name: unit.name, outcome, milliseconds: Date.now() - start });
      },
    ).catch((error: unknown) => {
      failures.push(new Error(`${unit.name} is not up`, { cause: error }));
      return false;
    });
    attempts.set(unit.name, running);
    return running;
  };
  await Promise.all(units.map(attempt));
  if (failures.length > 0) throw new AggregateError(failures, 'not every part of the platform came up');
}

/** False when one of the dependencies failed: then the work is not tried. */
async function bringUpAfter(
  dependencies: readonly Promise<boolean>[],
  work: () => Promise<void>,
): Promise<boolean> {
  const results = await Promise.all(dependencies);
  if (results.includes(false)) return false;
  await work();
  return true;
}

async function bringUpOne(layout: Layout, unit: Unit, toolchain: Toolchain): Promise<UnitReport['outcome']> {
  if (isService(unit)) return ensureRunning(layout, unit, toolchain);
  await unit.run(toolchain);
  return 'done';
}

async function ensureRunning(
  layout: Layout,
  service: Service,
  toolchain: Toolchain,
): Promise<'started' | 'kept'> {
  const running = runningProcess(layout, service.name);
  if (running !== undefined) {
    await waitUntilHealthy(service, running, { path: logFile(layout, service.name), start: 0 });
    return 'kept';
  }
  const { identity, log } = await startService(layout, service.name, service.launch(toolchain));
  await waitUntilHealthy(service, identity, log);
  return 'started';
}

function named(units: readonly Unit[], name: string): Unit {
  const unit = units.find((candidate) => candidate.name === name);
  if (unit === undefined) throw new Error(`no unit of the platform is called ${name}`);
  return unit;
}
