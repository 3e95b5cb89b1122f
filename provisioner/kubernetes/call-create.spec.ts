import { expect } from 'chai';
import { newTenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import {
  at,
  CONFIG_MAP,
  failureOf,
  NAMESPACE,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import type { JsonObject } from './json.ts';

const SECRET_SIGNATURE = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };
const secret = (value: string) => ({ ...SECRET_SIGNATURE, value });

describe('provider: create', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  const live = (name: string, plural = 'configmaps') =>
    bench.connection.request({ method: 'GET', path: bench.path(plural, name) }) as Promise<JsonObject>;
  const foreign = (name: string, labels: JsonObject) => {
    const body = { metadata: { name, labels }, data: { owner: 'somebody' } };
    return bench.connection.request({ method: 'POST', path: bench.path('configmaps'), body });
  };

  it('makes the object and keeps it in the official shape', async () => {
    const inputs = bench.labelled('shape', { data: { a: '1' } });
    const { id, outputs } = await bench.calls.create(CONFIG_MAP, inputs);
    expect(id).to.equal(`${bench.namespace}/shape`);
    const { __inputs, __initialApiVersion, __fieldManager, ...object } = outputs;
    expect(object).to.deep.equal(await live('shape'));
    expect(__inputs).to.deep.equal({ apiVersion: 'v1', kind: 'ConfigMap', ...inputs });
    expect([__initialApiVersion, __fieldManager]).to.deep.equal(['v1', 'landlord']);
  });

  it('takes over what is ours already, brings it to the inputs and drops what they no longer say', async () => {
    const first = await bench.calls.create(CONFIG_MAP, bench.labelled('ours', { data: { a: '1', b: '2' } }));
    const second = await bench.calls.create(CONFIG_MAP, bench.labelled('ours', { data: { a: '3' } }));
    expect(at(second.outputs, 'metadata', 'uid')).to.equal(at(first.outputs, 'metadata', 'uid'));
    expect(at(await live('ours'), 'data')).to.deep.equal({ a: '3' });
  });

  it('lets one of many creators at once make it, and the others take it over', async () => {
    const one = () => bench.calls.create(CONFIG_MAP, bench.labelled('race', { data: { a: '1' } }));
    const made = await Promise.all(Array.from({ length: 8 }, one));
    expect(new Set(made.map(({ outputs }) => at(outputs, 'metadata', 'uid')))).to.have.property('size', 1);
  });

  it('refuses an object without a tenant label and leaves it as it is', async () => {
    await foreign('unlabelled', {});
    const creating = bench.calls.create(CONFIG_MAP, bench.labelled('unlabelled', { data: { a: '1' } }));
    expect(await failureOf(creating)).to.include(
      `ConfigMap ${bench.namespace}/unlabelled exists and carries no ${TENANT_LABEL} label`,
    );
    expect(at(await live('unlabelled'), 'data')).to.deep.equal({ owner: 'somebody' });
  });

  it('refuses what the platform makes in our namespace by itself', async () => {
    const creating = bench.calls.create('kubernetes:core/v1:ServiceAccount', bench.labelled('default'));
    expect(await failureOf(creating)).to.include(
      `ServiceAccount ${bench.namespace}/default exists and carries no`,
    );
  });

  it("refuses another tenant's object, by its name", async () => {
    const other = newTenantId();
    await foreign('theirs', { [TENANT_LABEL]: other });
    const creating = bench.calls.create(CONFIG_MAP, bench.labelled('theirs'));
    expect(await failureOf(creating)).to.include(
      `ConfigMap ${bench.namespace}/theirs exists and belongs to ${other}`,
    );
  });

  it('says that the object of that name is being terminated', async () => {
    const metadata = at(bench.labelled('leaving'), 'metadata') as JsonObject;
    const inputs = { metadata: { ...metadata, finalizers: ['example.com/hold'] } };
    await bench.calls.create(CONFIG_MAP, inputs);
    await bench.connection.request({ method: 'DELETE', path: bench.path('configmaps', 'leaving') });
    expect(await failureOf(bench.calls.create(CONFIG_MAP, inputs))).to.match(
      /ConfigMap \S+\/leaving is being terminated since .* finalizers example.com\/hold/,
    );
    const body = { metadata: { finalizers: null } };
    const contentType = 'application/merge-patch+json';
    await bench.connection.request({
      method: 'PATCH',
      path: bench.path('configmaps', 'leaving'),
      body,
      contentType,
    });
  });

  it("keeps the API server's reason and sentence, and names the object", async () => {
    const quota = { spec: { hard: { configmaps: '-1' } } };
    expect(
      await failureOf(bench.calls.create('kubernetes:core/v1:ResourceQuota', bench.labelled('bad', quota))),
    ).to.match(/^could not create ResourceQuota \S+\/bad: Invalid \(HTTP 422\): .*spec.hard\[configmaps\]/);
    const namespace = { metadata: { name: 'Not_A_Name', labels: { [TENANT_LABEL]: bench.tenantId } } };
    expect(await failureOf(bench.calls.create(NAMESPACE, namespace))).to.match(
      /^could not create Namespace Not_A_Name: Invalid \(HTTP 422\): .*RFC 1123/,
    );
  });

  it('refuses a field the kind does not have instead of dropping it', async () => {
    const creating = bench.calls.create(CONFIG_MAP, bench.labelled('typo', { dta: { a: '1' } }));
    expect(await failureOf(creating)).to.include('dta');
  });

  it('sends secrets in the clear and keeps them secret in the state', async () => {
    const data = { open: 'yes', password: secret('hunter2hunter2') };
    const { outputs } = await bench.calls.create(CONFIG_MAP, bench.labelled('secret', { data }));
    expect(at(await live('secret'), 'data')).to.deep.equal({ open: 'yes', password: 'hunter2hunter2' });
    expect(at(outputs, 'data')).to.deep.equal(data);
    expect(at(outputs, '__inputs', 'data')).to.deep.equal(data);
  });

  it('keeps all data of a Secret secret, also when the inputs did not say so', async () => {
    const inputs = bench.labelled('credentials', { stringData: { password: 'hunter2hunter2' } });
    const { outputs } = await bench.calls.create('kubernetes:core/v1:Secret', inputs);
    const encoded = Buffer.from('hunter2hunter2').toString('base64');
    expect(at(outputs, 'data')).to.deep.equal({ ...SECRET_SIGNATURE, value: { password: encoded } });
    expect(at(outputs, '__inputs', 'stringData')).to.include(SECRET_SIGNATURE);
  });

  it('hides a secret that the API server quotes', async () => {
    const metadata = at(bench.labelled('quoted'), 'metadata') as JsonObject;
    const labels = { ...(metadata.labels as JsonObject), 'example.com/x': secret('hunter2 "hunter2"') };
    const failure = await failureOf(bench.calls.create(CONFIG_MAP, { metadata: { ...metadata, labels } }));
    expect(failure).to.include('[secret]').and.not.include('hunter2');
  });
});
