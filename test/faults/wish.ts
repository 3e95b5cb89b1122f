/** Wishes of a tenant, taken the way the API takes them. */
import { acceptWish } from '../../provisioner/intake/accept-wish.ts';
import type { WishChange } from '../../provisioner/store/change-wish.ts';
import type { TenantId } from '../../tenancy/ids.ts';
import type { Stage } from './stage.ts';

/** @throws when the wish is refused */
export async function wish(stage: Stage, id: TenantId, change: Omit<WishChange, 'by'>): Promise<void> {
  const taken = await acceptWish(
    stage.control.pool,
    id,
    { ...change, by: 'api:faults' },
    `wish-${change.wish}`,
  );
  if (taken.result !== 'changed')
    throw new Error(`the wish "${change.wish}" of ${id} was not taken: ${taken.result}`);
}
