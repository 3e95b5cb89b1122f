/** The moment to strike: when a step runs. */
import { eventually } from '../support/eventually.ts';
import type { Stage } from './stage.ts';

/** Waits until a step runs: a certain one, or any. */
export async function underWay({ control }: Pick<Stage, 'control'>, step?: string): Promise<void> {
  const isRunning = async () => {
    const { rowCount } = await control.pool.query(
      `SELECT FROM operation_steps WHERE state = 'running' AND ($1::text IS NULL OR name = $1)`,
      [step ?? null],
    );
    return rowCount !== 0;
  };
  await eventually(isRunning, { timeoutMs: 30_000 });
}
