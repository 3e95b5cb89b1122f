/** Rows 22 and 23: what keeps a namespace from ending. */
import { acceptSignup } from '../../../provisioner/intake/accept-signup.ts';
import { findTenant } from '../../../provisioner/store/find-tenant.ts';
import { ConflictError } from '../../../tenancy/errors.ts';
import type { TenantId } from '../../../tenancy/ids.ts';
import { tenantNames } from '../../../tenancy/names.ts';
import { eventually } from '../../support/eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { signupBody } from '../sample-signup.ts';
import { settle } from '../settle.ts';
import type { Stage } from '../stage.ts';
import { wish } from '../wish.ts';

const FINALIZER = 'example.com/hold';
const DEAD_API = 'v1.dead.example.com';
const API_SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
/** An attempt waits for a namespace for a while before it says what holds it. */
const SAID_MS = 150_000;

export const ERASURE_CASES: readonly FaultCase[] = [
  {
    row: 22,
    fault: 'a namespace stuck on a foreign finalizer',
    convergeMs: 150_000,
    inject: finalizer,
    check: expectDeleted,
  },
  { row: 23, fault: 'a dead APIService', convergeMs: 150_000, inject: deadApiService, check: expectDeleted },
];

async function finalizer(stage: Stage): Promise<void> {
  const id = await readyTenant(stage);
  const path = `/api/v1/namespaces/${tenantNames(id).namespace}/configmaps`;
  const metadata = { name: 'held', finalizers: [FINALIZER] };
  await stage.cluster.request({
    method: 'POST',
    path,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata },
  });
  await wish(stage, id, { wish: 'delete', graceHours: 0 });
  try {
    await says(stage, id, FINALIZER);
    await refusesSlug(stage);
  } finally {
    await stage.cluster.request({
      method: 'PATCH',
      path: `${path}/held`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
  }
}

/** The namespace controller can't tell what a group holds that nobody answers for, so no namespace ends. */
async function deadApiService(stage: Stage): Promise<void> {
  const id = await readyTenant(stage);
  const spec = {
    group: 'dead.example.com',
    version: 'v1',
    groupPriorityMinimum: 1_000,
    versionPriority: 15,
    insecureSkipTLSVerify: true,
    service: { namespace: 'default', name: 'nobody' },
  };
  const body = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: DEAD_API },
    spec,
  };
  await stage.cluster.request({ method: 'POST', path: API_SERVICES, body });
  try {
    await wish(stage, id, { wish: 'delete', graceHours: 0 });
    await says(stage, id, 'dead.example.com');
  } finally {
    await stage.cluster.request({ method: 'DELETE', path: `${API_SERVICES}/${DEAD_API}` });
  }
}

async function readyTenant(stage: Stage): Promise<TenantId> {
  const id = await stage.signUpOne();
  await stage.startWorker();
  await settle(stage, 60_000);
  return id;
}

/** The tenant is still being deleted, and its reason names what holds it. */
async function says({ control }: Stage, id: TenantId, what: string): Promise<void> {
  const isSaid = async () => {
    const tenant = await findTenant(control.pool, id);
    if (tenant?.state === 'deleting' && tenant.reason?.includes(what)) return true;
    throw new Error(`it is ${tenant?.state}, reason: ${tenant?.reason}`);
  };
  await eventually(isSaid, { timeoutMs: SAID_MS });
}

async function refusesSlug({ control, accepted }: Stage): Promise<void> {
  const [slug = ''] = accepted.keys();
  const again = { caller: 'api:other', idempotencyKey: 'again', body: signupBody(slug), requestId: 'again' };
  try {
    await acceptSignup(control.pool, again);
  } catch (error) {
    if (error instanceof ConflictError) return;
    throw error;
  }
  throw new Error(`slug ${slug} of a tenant that is still being deleted was given away`);
}

async function expectDeleted({ control, accepted }: Stage): Promise<void> {
  for (const id of accepted.values()) {
    const tenant = await findTenant(control.pool, id);
    if (tenant?.state !== 'deleted') throw new Error(`${id} is ${tenant?.state} and not deleted`);
  }
}
