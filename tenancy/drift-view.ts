/** Drift and orphans as the HTTP API shows them; the command line parses its answers with these. */
import { z } from 'zod';

const instant = z.iso.datetime();

/** One look at all tenants that nothing is being done to, and at what carries a tenant's mark. */
export const driftScanSchema = z.strictObject({
  id: z.int(),
  /** `schedule`, or the caller that asked. */
  requestedBy: z.string(),
  requestedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  /** Tenants looked at, and how many of them differ from their spec; null until the scan has ended. */
  tenants: z.int().nullable(),
  drifted: z.int().nullable(),
  /** Tenants, and kinds of orphans, that could not be looked at: the worker's log says why. */
  unseen: z.int().nullable(),
});
export type DriftScan = z.infer<typeof driftScanSchema>;

export const driftFindingSchema = z.strictObject({
  id: z.int(),
  tenantId: z.string(),
  slug: z.string(),
  problem: z.string(),
  foundAt: instant,
  lastSeenAt: instant,
  /** When it was mended, or was found to be gone; null while it holds. */
  endedAt: instant.nullable(),
  /** The operation that is to mend it; null where drift is only reported. */
  repairId: z.string().nullable(),
});
export type DriftFinding = z.infer<typeof driftFindingSchema>;

/** `GET /v1/drift` */
export const driftPageSchema = z.strictObject({
  items: z.array(driftFindingSchema),
  /** The `after` of the next page; null on the last. */
  next: z.int().nullable(),
  /** The last scan that ended; null before the first. */
  lastScan: driftScanSchema.nullable(),
});
export type DriftPage = z.infer<typeof driftPageSchema>;

export const orphanKindSchema = z.enum(['namespace', 'schema', 'role']);
export type OrphanKind = z.infer<typeof orphanKindSchema>;

/** Something that carries a tenant's mark, and that no tenant has. Landlord never removes it by itself. */
export const orphanSchema = z.strictObject({
  kind: orphanKindSchema,
  name: z.string(),
  /** The tenant that its mark names; it may be erased, or never have been. */
  labelled: z.string(),
  foundAt: instant,
  lastSeenAt: instant,
});
export type Orphan = z.infer<typeof orphanSchema>;

/** `GET /v1/orphans` */
export const orphanListSchema = z.strictObject({
  items: z.array(orphanSchema),
  lastScan: driftScanSchema.nullable(),
});
export type OrphanList = z.infer<typeof orphanListSchema>;
