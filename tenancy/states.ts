/** The life of a tenant and of an operation. */
import { z } from 'zod';

/**
 *   requested ──► provisioning ──► ready
 *                  │      ▲
 *                  ▼      │ (a retry is a new wish)
 *                 failed ─┘   always with a reason
 */
export const tenantStateSchema = z.enum(['requested', 'provisioning', 'ready', 'failed']);
export type TenantState = z.infer<typeof tenantStateSchema>;

export const operationKindSchema = z.enum(['provision']);
export type OperationKind = z.infer<typeof operationKindSchema>;

/** pending ──► running ──► succeeded | failed */
export const operationStateSchema = z.enum(['pending', 'running', 'succeeded', 'failed']);
export type OperationState = z.infer<typeof operationStateSchema>;

/** running ──► succeeded | failed; an attempt a killed worker left is closed as failed by the next one. */
export const stepStateSchema = z.enum(['running', 'succeeded', 'failed']);
export type StepState = z.infer<typeof stepStateSchema>;
