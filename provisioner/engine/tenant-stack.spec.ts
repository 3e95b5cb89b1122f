import { zstdDecompressSync } from 'node:zlib';
import { expect } from 'chai';
import { tenantProgram } from '../../stacks/tenant/program.ts';
import { newTenantId } from '../../tenancy/ids.ts';
import type { PlanName } from '../../tenancy/plans.ts';
import { type TenantSpec, tenantSpec } from '../../tenancy/tenant-spec.ts';
import { kubeconfigPath } from '../../test/support/cluster.ts';
import { openTestEngine, processesIn, stateOf, type TestEngine } from '../../test/support/engine.ts';
import { eventually } from '../../test/support/eventually.ts';
import { type ClusterConnection, connectToCluster } from '../kubernetes/connection.ts';
import { serveProvider } from '../kubernetes/serve-provider.ts';
import { verifyTenantObjects } from '../kubernetes/verify.ts';
import type { StackResult, StackRun } from './stack-run.ts';

const cell = {
  database: { host: 'pooler.example', port: 6432, name: 'tenants' },
  gatewayNamespace: 'gateway',
  poolerNamespace: 'pooler',
};

function newSpec(plan: PlanName = 'starter'): TenantSpec {
  return tenantSpec({ id: newTenantId(), plan, overrides: {} }, cell);
}

describe('tenant stack on a cluster', function () {
  this.timeout(60_000);
  let connection: ClusterConnection;
  let bench: TestEngine;
  const made: string[] = [];

  before(async () => {
    connection = connectToCluster(kubeconfigPath());
    bench = await openTestEngine();
  });
  after(async () => {
    const removals = made.map((name) =>
      connection.request({ method: 'DELETE', path: `/api/v1/namespaces/${name}` }),
    );
    await Promise.all(removals);
    connection.close();
    await bench.close();
  });

  async function up(spec: TenantSpec, run: Partial<StackRun> = {}): Promise<StackResult> {
    if (!made.includes(spec.namespace)) made.push(spec.namespace);
    const provider = await serveProvider({ connection, tenantId: spec.id, leaseIsHeld: () => true });
    try {
      const { stack } = spec;
      return await bench.up({ stack, program: tenantProgram(spec), providerPort: provider.port, ...run });
    } finally {
      await provider.close();
    }
  }

  /** Everything but the quota's status, which its controller fills in its own time. */
  const verified = (spec: TenantSpec) =>
    eventually(async () => (await verifyTenantObjects(connection, spec)).length === 0);

  it('makes a tenant, finds nothing to do the second time, and follows a change of plan', async () => {
    const spec = newSpec();
    const first = await up(spec);
    expect(first).to.deep.include({ result: 'succeeded', changes: { create: 13 } });
    await verified(spec);
    const second = await up(spec, { state: stateOf(first) });
    expect(second).to.deep.include({ result: 'succeeded', changes: { same: 13 } });
    const bigger: TenantSpec = tenantSpec({ id: spec.id, plan: 'business', overrides: {} }, cell);
    const third = await up(bigger, { state: stateOf(second) });
    expect(third).to.deep.include({ result: 'succeeded', changes: { same: 1, update: 12 } });
    await verified(bigger);
  });

  it('makes four tenants at once', async () => {
    const specs = [newSpec('starter'), newSpec('team'), newSpec('business'), newSpec('enterprise')];
    const results = await Promise.all(specs.map((spec) => up(spec)));
    for (const [index, result] of results.entries()) {
      const own = specs[index] as TenantSpec;
      const state = zstdDecompressSync(stateOf(result)).toString();
      for (const spec of specs) expect(state.includes(spec.id)).to.equal(spec === own);
      await verified(own);
    }
  });

  it("fails on somebody else's namespace, names it in the API's words, and leaves it alone", async () => {
    const spec = newSpec();
    made.push(spec.namespace);
    const path = '/api/v1/namespaces';
    await connection.request({ method: 'POST', path, body: { metadata: { name: spec.namespace } } });
    const result = await up(spec);
    expect(result).to.have.nested.include({
      result: 'failed',
      'failures[0].type': 'kubernetes:core/v1:Namespace',
      'failures[0].name': 'namespace',
    });
    expect(result).to.have.property('message').that.includes(spec.namespace);
    expect(await connection.request({ method: 'GET', path: `${path}/${spec.namespace}` }))
      .to.have.nested.property('metadata.labels')
      .that.deep.equals({ 'kubernetes.io/metadata.name': spec.namespace });
  });

  it('comes to the same end after a run that was killed half-way', async () => {
    const spec = newSpec();
    const ending = new AbortController();
    const killed = await up(spec, {
      signal: ending.signal,
      onEvent: (event) => {
        if (event.kind === 'finished' && event.urn.endsWith('Namespace::namespace')) ending.abort();
      },
    });
    expect(killed).to.have.property('result', 'failed');
    expect(await processesIn(bench.runsDirectory)).to.deep.equal([]);
    const resumed = await up(spec);
    expect(resumed).to.deep.include({ result: 'succeeded', changes: { create: 13 } });
    await verified(spec);
    expect(await up(spec, { state: stateOf(resumed) })).to.deep.include({ changes: { same: 13 } });
  });
});
