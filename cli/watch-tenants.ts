/** Follows tenants until nothing more happens to them by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantState } from '../tenancy/states.ts';
import type { TenantView } from '../tenancy/tenant-view.ts';

const POLL_MS = 250;

/** What shows the tenants; called with all of them after every look. */
export type WatchView = (tenants: readonly TenantView[]) => void;

export interface Watch {
  /** Reads the tenants as they are now. */
  readonly read: () => Promise<TenantView[]>;
  readonly show: WatchView;
  /** Ends the watch early: the returned promise rejects with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Shows the tenants again and again until all have settled, and returns them.
 * @throws the signal's reason
 */
export async function watchTenants({ read, show, signal }: Watch): Promise<TenantView[]> {
  for (;;) {
    signal.throwIfAborted();
    const tenants = await read();
    show(tenants);
    if (tenants.every(isSettled)) return tenants;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

const SETTLED: ReadonlySet<TenantState> = new Set(['ready', 'suspended', 'failed', 'deleted']);

/** Whether nothing more happens to the tenant by itself; to one in its grace only much later. */
export function isSettled(tenant: TenantView): boolean {
  return SETTLED.has(tenant.state) || isInGrace(tenant);
}

function isInGrace({ state, generation, observedGeneration, eraseAfter }: TenantView): boolean {
  if (state !== 'deleting' || eraseAfter === null) return false;
  return observedGeneration === generation && Date.parse(eraseAfter) > Date.now();
}
