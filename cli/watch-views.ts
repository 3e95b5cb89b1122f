/** Ways to show tenants under watch: a table drawn anew on a terminal, a line for each change elsewhere. */
import { clearScreenDown, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { TenantView } from '../tenancy/tenant-view.ts';
import { toJson } from './json.ts';
import { tableLines } from './table.ts';
import { secondsToReady, tenantColumns } from './tenant-columns.ts';
import { printable, writeLine } from './terminal.ts';
import { isSettled, type WatchView } from './watch-tenants.ts';

/** The view that suits standard output. */
export function watchView(options: { json: boolean }): WatchView {
  if (options.json) return changesView((tenant) => toJson(tenant));
  return process.stdout.isTTY ? tableView(process.stdout) : changesView(describe);
}

/** Draws the table over the one drawn before; what does not fit the terminal is counted, the unsettled go first. */
export function tableView(terminal: WriteStream): WatchView {
  let drawn = 0;
  return (tenants) => {
    const room = Math.max(1, terminal.rows - 3);
    const moving = tenants.filter((tenant) => !isSettled(tenant));
    const shown = tenants.length <= room ? tenants : [...moving, ...tenants.filter(isSettled)].slice(0, room);
    const lines = tableLines(tenantColumns, shown, terminal.columns);
    if (shown.length < tenants.length) lines.push(`and ${tenants.length - shown.length} more`);
    moveCursor(terminal, 0, -drawn);
    clearScreenDown(terminal);
    terminal.write(`${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}

/** One line for every tenant whose state or reason is another than at the look before. */
export function changesView(line: (tenant: TenantView) => string): WatchView {
  const seen = new Map<string, string>();
  return (tenants) => {
    for (const tenant of tenants) {
      const now = `${tenant.state} ${tenant.reason}`;
      if (seen.get(tenant.id) === now) continue;
      seen.set(tenant.id, now);
      writeLine(line(tenant));
    }
  };
}

function describe(tenant: TenantView): string {
  const seconds = tenant.state !== 'ready' ? '' : ` after ${secondsToReady(tenant)} s`;
  const reason = tenant.reason === null ? '' : `: ${tenant.reason}`;
  return printable(`${tenant.slug} ${tenant.state}${seconds}${reason}`);
}
