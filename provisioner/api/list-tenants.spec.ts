import { expect } from 'chai';
import { tenantPageSchema } from '../../tenancy/tenant-view.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { postSignup, send, signupBody } from '../../test/support/api-request.ts';

const SLUGS = ['one-first', 'two-second', 'three-third', 'four-fourth', 'five-fifth'];

describe('GET /v1/tenants', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
    for (const slug of SLUGS) expect((await postSignup(api, signupBody({ slug }))).status).to.equal(202);
  });
  after(() => api.stop());

  const page = async (query: string) => {
    const answer = await send(api, `/v1/tenants${query}`);
    expect(answer.status).to.equal(200);
    return tenantPageSchema.parse(answer.body);
  };

  it('lists all, and says that there is no next page', async () => {
    const { items, next } = await page('');
    expect(items.map(({ slug }) => slug)).to.have.members(SLUGS);
    expect(next).to.equal(null);
  });

  it('leads through all pages by opaque cursors, each tenant once', async () => {
    const seen: string[] = [];
    const sizes: number[] = [];
    let query = '?limit=2';
    for (;;) {
      const { items, next } = await page(query);
      sizes.push(items.length);
      seen.push(...items.map(({ slug }) => slug));
      if (next === null) break;
      expect(next).not.to.contain(items.at(-1)?.id);
      query = `?limit=2&cursor=${encodeURIComponent(next)}`;
    }
    expect(sizes).to.deep.equal([2, 2, 1]);
    expect(seen).to.have.members(SLUGS).and.have.length(SLUGS.length);
  });

  it('gives no cursor when the last page is full', async () => {
    expect((await page(`?limit=${SLUGS.length}`)).next).to.equal(null);
  });

  it('finds a tenant by its slug', async () => {
    expect((await page('?slug=two-second')).items.map(({ slug }) => slug)).to.deep.equal(['two-second']);
    expect((await page('?slug=nobody')).items).to.deep.equal([]);
  });

  for (const [query, field] of [
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=1e2', 'limit'],
    ['?limit=-1', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?slug=a%00b', 'slug'],
    ["?slug=a'%20OR%201=1", 'slug'],
    ['?slug[]=a', 'slug[]'],
    ['?slug=a&slug=b', 'slug'],
    ['?sulg=acme', 'sulg'],
    ['?tenantId=t_00000000000000000000', 'tenantId'],
    ['?cursor=', 'cursor'],
    ['?cursor=dF8', 'cursor'],
    ['?cursor=%00', 'cursor'],
    [`?cursor=${btoa('t_00000000000000000000')}`, 'cursor'],
    ['?cursor=t_00000000000000000000', 'cursor'],
  ] as const) {
    it(`answers 400 to ${query}, naming ${field}`, async () => {
      const answer = await send(api, `/v1/tenants${query}`);
      expect(answer.status).to.equal(400);
      expect(answer.body).to.have.nested.property('errors[0].field', field);
    });
  }
});
