import { once } from 'node:events';
import { connect } from 'node:net';
import { credentials } from '@grpc/grpc-js';
import type { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb.js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import messages, { type ConfigureResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { expect } from 'chai';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { eventually } from '../../test/support/eventually.ts';
import {
  answerOf,
  at,
  CONFIG_MAP,
  failureOf,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import type { JsonObject } from './json.ts';
import { serveProvider } from './serve-provider.ts';

const NOTHING = new empty.Empty();

describe('provider: protocol', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  it('asks the engine for secrets, and tells its version', async () => {
    const configured = await answerOf<ConfigureResponse>((done) =>
      bench.client.configure(new messages.ConfigureRequest(), done),
    );
    expect(configured.toObject()).to.deep.include({ acceptsecrets: true, supportspreview: true });
    const info = await answerOf<PluginInfo>((done) => bench.client.getPluginInfo(NOTHING, done));
    expect(info.getVersion()).to.match(/^\d+\.\d+\.\d+$/);
  });

  it('works on after Cancel, which the engine sends at the end of every run', async () => {
    await answerOf((done) => bench.client.cancel(NOTHING, done));
    await bench.calls.create(CONFIG_MAP, bench.labelled('after-cancel'));
  });

  it('refuses every write once the lease has lapsed, and changes nothing', async () => {
    const { id, outputs } = await bench.calls.create(
      CONFIG_MAP,
      bench.labelled('leased', { data: { a: '1' } }),
    );
    bench.lease.held = false;
    const failures = await Promise.all([
      failureOf(bench.calls.create(CONFIG_MAP, bench.labelled('never'))),
      failureOf(bench.calls.update(CONFIG_MAP, outputs, bench.labelled('leased', { data: { a: '2' } }))),
      failureOf(bench.calls.delete(CONFIG_MAP, id)),
    ]);
    bench.lease.held = true;
    for (const failure of failures)
      expect(failure).to.include(`the lease on tenant ${bench.tenantId} lapsed`);
    const list = await bench.connection.request({ method: 'GET', path: bench.path('configmaps') });
    const items = at(list as JsonObject, 'items') as JsonObject[];
    expect(items.map((item) => at(item, 'metadata', 'name')))
      .to.include('leased')
      .and.not.include('never');
    expect(items.find((item) => at(item, 'metadata', 'name') === 'leased')?.data).to.deep.equal({ a: '1' });
  });

  it('gives up what is under way when it is closed, and answers nobody after', async () => {
    const metadata = at(bench.labelled('waited-for'), 'metadata') as JsonObject;
    const inputs = { metadata: { ...metadata, finalizers: ['example.com/hold'] } };
    const { id } = await bench.calls.create(CONFIG_MAP, inputs);
    const { connection, tenantId } = bench;
    const second = await serveProvider({ connection, tenantId, leaseIsHeld: () => true });
    const client = new ResourceProviderClient(`127.0.0.1:${second.port}`, credentials.createInsecure());
    const request = new messages.DeleteRequest().setType(CONFIG_MAP).setId(id);
    const deleting = failureOf(answerOf((done) => client.delete(request, done)));
    const path = bench.path('configmaps', 'waited-for');
    const live = async () => (await connection.request({ method: 'GET', path })) as JsonObject;
    await eventually(async () => at(await live(), 'metadata', 'deletionTimestamp') !== undefined);
    await second.close();
    expect(await deleting).to.include(`the provider of tenant ${tenantId} was closed`);
    const [refused] = await once(connect(second.port, '127.0.0.1'), 'error');
    expect(refused).to.include({ code: 'ECONNREFUSED' });
    client.close();
    const body = { metadata: { finalizers: null } };
    await connection.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  });
});

describe('provider: kinds', () => {
  let bench: ProviderBench;
  const group = `g${Date.now().toString(36)}.example.com`;
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  before(async () => {
    bench = await openProviderBench();
  });
  after(async () => {
    await bench.connection.request({ method: 'DELETE', path: `${definitions}/widgets.${group}` });
    await bench.close();
  });

  it('finds a kind that was defined after the server had been asked', async () => {
    const type = `kubernetes:${group}/v1:Widget`;
    expect(await failureOf(bench.calls.check(type, bench.labelled('first')))).to.include(
      'serves no kind Widget',
    );
    await bench.connection.request({ method: 'POST', path: definitions, body: widgetDefinition(group) });
    await eventually(() => bench.calls.check(type, bench.labelled('first')));
    const { id } = await eventually(() =>
      bench.calls.create(type, bench.labelled('first', { spec: { size: 3 } })),
    );
    expect(id).to.equal(`${bench.namespace}/first`);
    await bench.calls.delete(type, id);
  });
});

function widgetDefinition(group: string): JsonObject {
  const openAPIV3Schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
  };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } };
  const names = { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: { group, scope: 'Namespaced', names, versions: [version] },
  };
}
