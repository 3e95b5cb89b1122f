/** Every fault case in the order of its row, and the rows that can't be injected here. */
import type { FaultCase, NotInjected } from '../fault-case.ts';
import { ERASURE_CASES } from './erasures.ts';
import { KILLS_CASES } from './kills.ts';
import { KUBERNETES_CASES } from './kubernetes.ts';
import { POSTGRES_CASES } from './postgres.ts';
import { PROCESS_CASES } from './processes.ts';
import { QUEUE_CASES } from './queues.ts';
import { REDIS_CASES } from './redis.ts';
import { STATE_CASES } from './state.ts';
import { VOLUME_CASES } from './volume.ts';

export const CASES: readonly FaultCase[] = [
  ...ERASURE_CASES,
  ...KILLS_CASES,
  ...KUBERNETES_CASES,
  ...POSTGRES_CASES,
  ...PROCESS_CASES,
  ...QUEUE_CASES,
  ...REDIS_CASES,
  ...STATE_CASES,
  ...VOLUME_CASES,
].sort((a, b) => a.row - b.row);

export const NOT_INJECTED: readonly NotInjected[] = [
  {
    row: 31,
    fault: 'control database restored to 15 minutes ago',
    because: 'there is no restore command yet',
  },
  {
    row: 32,
    fault: 'a tenant restored in the middle of its operation',
    because: 'there is no restore command yet',
  },
];
