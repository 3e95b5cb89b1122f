/** Drift as a running worker deals with it: found on the schedule or when asked, mended by an operation. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ClusterConnection, connectToCluster } from '../provisioner/kubernetes/connection.ts';
import { readFindings } from '../provisioner/store/drift-findings.ts';
import { lastFinishedScan, requestScan } from '../provisioner/store/drift-scans.ts';
import { findTenant } from '../provisioner/store/find-tenant.ts';
import { listOperations } from '../provisioner/store/list-operations.ts';
import type { TenantId } from '../tenancy/ids.ts';
import { tenantNames } from '../tenancy/names.ts';
import { kubeconfigPath } from './support/cluster.ts';
import { requestTenant } from './support/control-tenants.ts';
import { createControlDatabase, createTenantsDatabase, type TestDatabase } from './support/databases.ts';
import { eventually } from './support/eventually.ts';
import type { ProvisionerProcess } from './support/provisioner-process.ts';
import { type TestQueue, testQueue } from './support/queue.ts';
import { startWorkerProcess } from './support/worker-process.ts';

const LONG = { timeoutMs: 60_000 };

describe('a worker', function () {
  this.timeout(90_000);
  let control: TestDatabase;
  let tenants: TestDatabase;
  let queue: TestQueue;
  let cluster: ClusterConnection;
  let runsDirectory: string;
  let worker: ProvisionerProcess;
  let id: TenantId;

  before(async () => {
    [control, tenants] = await Promise.all([createControlDatabase(), createTenantsDatabase()]);
    [queue, cluster] = [testQueue(), connectToCluster(kubeconfigPath())];
    runsDirectory = await mkdtemp(join(tmpdir(), 'landlord-runs-'));
    worker = await startWorkerProcess({
      ...{ controlUrl: control.url, tenantsUrl: tenants.url, queue, runsDirectory },
    });
    id = await requestTenant(control.pool);
    await isReady();
  });
  after(async () => {
    await worker.end('SIGTERM');
    await cluster.request({ method: 'DELETE', path: `/api/v1/namespaces/${tenantNames(id).namespace}` });
    cluster.close();
    await queue.obliterate();
    await rm(runsDirectory, { recursive: true });
    await Promise.all([control.drop(), tenants.drop()]);
  });

  const isReady = () => eventually(async () => (await findTenant(control.pool, id))?.state === 'ready', LONG);

  it('looks for drift when it is due, without being asked', async () => {
    const scan = await eventually(async () => (await lastFinishedScan(control.pool)) ?? undefined, LONG);
    expect(scan).to.include({ requestedBy: 'schedule', drifted: 0 });
  });

  it('mends what it finds when it is asked to look', async () => {
    const policy = `/apis/networking.k8s.io/v1/namespaces/${tenantNames(id).namespace}/networkpolicies/default-deny`;
    await cluster.request({ method: 'DELETE', path: policy });
    await tenants.pool.query(`GRANT SELECT ON ${id}.projects TO PUBLIC`);
    await requestScan(control.pool, 'spec');
    const ended = await eventually(async () => {
      const findings = await readFindings(control.pool, { after: 0, ended: true, limit: 100 });
      return findings.length > 0 && findings.every(({ endedAt }) => endedAt !== null) && findings;
    }, LONG);
    const [operation] = await listOperations(control.pool, id);
    expect(operation).to.include({ kind: 'repair', state: 'succeeded' });
    expect(ended.map(({ repairId }) => repairId)).to.deep.equal([operation?.id, operation?.id]);
    await isReady();
    await cluster.request({ method: 'GET', path: policy });
  });
});
