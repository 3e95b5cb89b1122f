/** Every point between two effects of one tenant's provisioning, as a failpoint. */
import type { FailpointInput } from './failpoint-schema.ts';

const LEASE = 'lease_number = lease_number + 1';
const START = 'INSERT INTO operation_steps';
const FINISH = 'UPDATE operation_steps SET finished_at';
const READY = 'UPDATE tenants SET observed_generation';

/** By what a person would call it. */
export const STEP_BOUNDARIES = {
  'before the lease is taken': { when: 'before', statement: LEASE },
  'after the lease is taken': { when: 'after', statement: 'COMMIT', inTransactionOf: LEASE },
  'after step database has begun': { when: 'after', statement: START, value: 'database' },
  'before step database is done': { when: 'before', statement: FINISH, value: 'database' },
  'after step database is done': { when: 'after', statement: FINISH, value: 'database' },
  'after step stack has begun': { when: 'after', statement: START, value: 'stack' },
  'before step stack is done': { when: 'before', statement: FINISH, value: 'stack' },
  'after step stack is done': { when: 'after', statement: FINISH, value: 'stack' },
  'before verify is done': { when: 'before', statement: FINISH, value: 'verify' },
  'before ready': { when: 'before', statement: READY },
  'after ready': { when: 'after', statement: READY },
} as const satisfies Readonly<Record<string, FailpointInput>>;

const FENCE = 'INSERT INTO landlord.fences';

/** Inside the transactions in the tenants' database. */
export const DATABASE_CALLS = {
  'before the role is committed': { when: 'before', statement: 'COMMIT', inTransactionOf: FENCE },
  'after the role is committed': { when: 'after', statement: 'COMMIT', inTransactionOf: FENCE },
  'before the schema is committed': { when: 'before', statement: 'COMMIT', inTransactionOf: FENCE, nth: 2 },
  'after the schema is committed': { when: 'after', statement: 'COMMIT', inTransactionOf: FENCE, nth: 2 },
} as const satisfies Readonly<Record<string, FailpointInput>>;
