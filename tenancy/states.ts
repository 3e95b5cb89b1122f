/** The life of a tenant and of an operation: which states there are, and which wish is allowed in which. */
import { z } from 'zod';

/**
 *   requested ─► provisioning ─► ready ◄──────── updating ◄─ update, suspend, resume, cancel-deletion, repair
 *                     │                            │  ▲
 *                     │                            ▼  │
 *                     │                          suspended
 *                     ▼
 *   failed ◄── whatever was under way, with a reason; retry goes on with it
 *
 *   any state but the last two ── delete ─► deleting ── grace over, erased ─► deleted
 */
export const tenantStateSchema = z.enum([
  ...([
    'requested',
    'provisioning',
    'ready',
    'updating',
    'suspended',
    'failed',
    'deleting',
    'deleted',
  ] as const),
]);
export type TenantState = z.infer<typeof tenantStateSchema>;

/** What a person or a program may wish of a tenant that exists. */
export const wishSchema = z.enum(['update', 'suspend', 'resume', 'retry', 'delete', 'cancel-deletion']);
export type Wish = z.infer<typeof wishSchema>;

/** How far a deletion is: its grace can be taken back, its erasure can not. */
export type Deletion = 'none' | 'grace' | 'erasure';

/** The states in which each wish is taken; in all others it is refused. */
const ALLOWED_IN: Readonly<Record<Wish, readonly TenantState[]>> = {
  update: ['ready', 'updating', 'suspended'],
  suspend: ['ready', 'updating'],
  resume: ['suspended', 'updating'],
  retry: ['failed'],
  delete: ['requested', 'provisioning', 'ready', 'updating', 'suspended', 'failed'],
  'cancel-deletion': ['deleting', 'failed'],
};

/** The deletion that a wish needs as well; a wish that is not listed is taken in any. */
const NEEDS_DELETION: Readonly<Partial<Record<Wish, Deletion>>> = {
  delete: 'none',
  'cancel-deletion': 'grace',
};

/** The wishes that are taken of a tenant as it is now. */
export function wishesAllowedIn(state: TenantState, deletion: Deletion): Wish[] {
  return wishSchema.options.filter(
    (wish) => ALLOWED_IN[wish].includes(state) && (NEEDS_DELETION[wish] ?? deletion) === deletion,
  );
}

/** What a tenant should be: working, kept without running, or gone. */
export const targetSchema = z.enum(['active', 'suspended', 'erased']);
export type Target = z.infer<typeof targetSchema>;

export const operationKindSchema = z.enum([
  ...([
    'provision',
    'update',
    'suspend',
    'resume',
    'retry',
    'delete',
    'cancel-deletion',
    'erase',
    'repair',
  ] as const),
]);
export type OperationKind = z.infer<typeof operationKindSchema>;

/** pending ──► running ──► succeeded | failed; superseded when a newer wish came before it was done. */
export const operationStateSchema = z.enum(['pending', 'running', 'succeeded', 'failed', 'superseded']);
export type OperationState = z.infer<typeof operationStateSchema>;

/** running ──► succeeded | failed; an attempt a killed worker left is closed as failed by the next one. */
export const stepStateSchema = z.enum(['running', 'succeeded', 'failed']);
export type StepState = z.infer<typeof stepStateSchema>;
