/**
 * The fence of a lease: who may still write. `epoch` counts restores of the control database, `number` grows
 * with every lease taken on a tenant; a writer whose fence is lower than one already seen must stop.
 */
export interface Fence {
  readonly epoch: number;
  readonly number: number;
}
