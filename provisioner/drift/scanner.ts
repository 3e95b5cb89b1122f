/** What looking for drift and orphans works with. */
import type { Pool } from 'pg';
import type { Logger } from 'winston';
import type { Cell } from '../../tenancy/tenant-spec.ts';
import type { ClusterConnection } from '../kubernetes/connection.ts';
import type { Catalogue } from '../reconcile/step.ts';

/** What becomes of drift: it is mended by a repair, or only written down. */
export type DriftPolicy = 'mend' | 'report';

export interface Scanner {
  readonly db: Pool;
  readonly tenantsDatabase: Pool;
  readonly cluster: ClusterConnection;
  readonly cell: Cell;
  readonly catalogue: Catalogue;
  readonly policy: DriftPolicy;
  /** Names this worker in the audit log. */
  readonly holder: string;
  readonly logger: Logger;
}
