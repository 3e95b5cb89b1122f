/** Follows tenants until each is ready or failed. */
import { setTimeout as sleep } from 'node:timers/promises';
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

/** Whether nothing more happens to the tenant by itself. */
export function isSettled(tenant: TenantView): boolean {
  return tenant.state === 'ready' || tenant.state === 'failed';
}
