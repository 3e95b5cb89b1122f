/** The platform's status as a table for people. */
import type { ServiceStatus } from './status.ts';

const HEADINGS = ['NAME', 'STATE', 'PID', 'ADDRESS', 'MEMORY'];

export function statusTable(services: readonly ServiceStatus[]): string {
  if (services.length === 0) return 'Nothing was started here yet: "make up" does.\n';
  const total = services.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0);
  const rows = [HEADINGS, ...services.map(row), ['total', '', '', '', megabytes(total)]];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) => `${line(cells, widths)}\n`).join('');
}

function row({ name, state, pid, address, memoryBytes }: ServiceStatus): string[] {
  return [
    name,
    state,
    pid === null ? '-' : `${pid}`,
    address,
    memoryBytes === null ? '-' : megabytes(memoryBytes),
  ];
}

/** The last column holds numbers, so it is aligned to the right. */
function line(cells: readonly string[], widths: readonly number[]): string {
  const last = cells.length - 1;
  return cells
    .map((cell, column) =>
      column === last ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    .join('  ');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
