/** Keeps a lease alive while its holder works, and says so the moment that is no longer certain. */
import type { Pool } from 'pg';
import { LeaseLostError } from '../../tenancy/errors.ts';
import type { Fence } from '../../tenancy/fence.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import { renewLease } from '../store/renew-lease.ts';

/** A dead worker's tenants are taken over after this long. */
export const LEASE_MS = 15_000;
const RENEW_MS = LEASE_MS / 3;

export interface LeaseKeeper {
  /** Aborts when the lease is lost, or when the worker's own signal does. */
  readonly signal: AbortSignal;
  /** False as soon as the lease may have ended, by the monotonic clock: also after the process was frozen. */
  readonly isHeld: () => boolean;
  stop(): void;
}

/** @param takenAt `performance.now()` from before the statement that took the lease was sent */
export function keepLease(
  db: Pool,
  lease: { readonly tenantId: TenantId; readonly fence: Fence; readonly takenAt: number },
  workerStops: AbortSignal,
): LeaseKeeper {
  let heldUntil = lease.takenAt + LEASE_MS;
  const lost = new AbortController();
  const renew = async () => {
    const sentAt = performance.now();
    try {
      await renewLease(db, lease.tenantId, lease.fence, LEASE_MS);
      heldUntil = sentAt + LEASE_MS;
    } catch (error) {
      // An unreachable database is no loss yet: the lease holds until its end, and the next renewal may succeed.
      if (error instanceof LeaseLostError) lost.abort(error);
    }
  };
  const timer = setInterval(() => {
    if (performance.now() < heldUntil) return void renew();
    lost.abort(new LeaseLostError(`the lease on ${lease.tenantId} could not be renewed in time`));
  }, RENEW_MS);
  return {
    signal: AbortSignal.any([lost.signal, workerStops]),
    isHeld: () => !lost.signal.aborted && performance.now() < heldUntil,
    stop: () => clearInterval(timer),
  };
}
