import { expect } from 'chai';
import { TENANT_LABEL } from '../../tenancy/names.ts';
import {
  CONFIG_MAP,
  failureOf,
  NAMESPACE,
  openProviderBench,
  type ProviderBench,
} from '../../test/support/provider-client.ts';
import type { JsonObject } from './json.ts';

const SECRET = '1b47061264138c4ac30d75fd1eb44270';

describe('provider: check', () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await openProviderBench();
  });
  after(() => bench.close());

  const failedFields = async (type: string, inputs: JsonObject) =>
    (await bench.calls.check(type, inputs)).failures.map(({ property }) => property);

  it('returns good inputs as they are', async () => {
    const inputs = bench.labelled('good', { data: { a: '1' } });
    const checked = await bench.calls.check(CONFIG_MAP, inputs);
    expect(checked.failures).to.deep.equal([]);
    expect(checked.inputs).to.deep.equal({ apiVersion: 'v1', kind: 'ConfigMap', ...inputs });
  });

  it("refuses inputs without the tenant's label, or with another's", async () => {
    const field = `metadata.labels["${TENANT_LABEL}"]`;
    const unlabelled = { metadata: { name: 'x', namespace: bench.namespace } };
    expect(await failedFields(CONFIG_MAP, unlabelled)).to.deep.equal([field]);
    const other = { metadata: { ...unlabelled.metadata, labels: { [TENANT_LABEL]: 't_0' } } };
    const { failures } = await bench.calls.check(CONFIG_MAP, other);
    expect(failures).to.have.length(1);
    expect(failures[0]?.reason).to.equal(
      `must be ${bench.tenantId}, the tenant this run works for, and is "t_0"`,
    );
  });

  it('wants a name, and a namespace where the kind has one', async () => {
    const metadata = { labels: { [TENANT_LABEL]: bench.tenantId } };
    expect(await failedFields(CONFIG_MAP, { metadata })).to.deep.equal([
      'metadata.name',
      'metadata.namespace',
    ]);
    expect(await failedFields(NAMESPACE, { metadata })).to.deep.equal(['metadata.name']);
  });

  it("makes a Secret's data secret", async () => {
    const inputs = bench.labelled('hidden', { stringData: { a: 'b' } });
    const checked = await bench.calls.check('kubernetes:core/v1:Secret', inputs);
    expect(checked.inputs.stringData).to.deep.equal({
      '4dabf18193072939515e22adb298388d': SECRET,
      value: { a: 'b' },
    });
  });

  it('says which kind the server does not serve, and what a type must look like', async () => {
    const unserved = bench.calls.check('kubernetes:example.com/v1:Widget', bench.labelled('x'));
    expect(await failureOf(unserved)).to.include('the API server serves no kind Widget in example.com/v1');
    const malformed = bench.calls.check('kubernetes:yaml:ConfigFile', bench.labelled('x'));
    expect(await failureOf(malformed)).to.include('must look like kubernetes:GROUP/VERSION:KIND');
  });
});
