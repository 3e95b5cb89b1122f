import { expect } from 'chai';
import { PermanentError } from '../../tenancy/errors.ts';
import type { JsonObject } from './json.ts';
import { parseObject } from './kubernetes-object.ts';
import { REPLICAS_ANNOTATION, type Rest, SUSPENDED_ANNOTATION, WORKLOADS } from './workload.ts';

const restOf = (kind: string) => WORKLOADS.find((rest) => rest.kind === kind) as Rest;
const workload = (kind: string, spec: JsonObject, annotations: JsonObject = {}, status: JsonObject = {}) =>
  parseObject({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'w', namespace: 'n', uid: 'u', resourceVersion: '2', annotations },
    spec,
    status,
  });
const noted = (annotation: string, value: string | null) => ({ annotations: { [annotation]: value } });

describe('workloads at rest', () => {
  const deployment = restOf('Deployment');

  it('remember how many replicas they had; one is what a workload has that does not say', () => {
    for (const [spec, replicas] of [
      [{ replicas: 3 }, '3'],
      [{}, '1'],
    ] as const) {
      expect(deployment.suspend(workload('Deployment', spec))).to.deep.equal({
        metadata: noted(REPLICAS_ANNOTATION, replicas),
        spec: { replicas: 0 },
      });
    }
  });

  it('come back with what is remembered, unless somebody scaled them up since', () => {
    const remembered = { [REPLICAS_ANNOTATION]: '3' };
    const forget = { metadata: noted(REPLICAS_ANNOTATION, null) };
    const asleep = workload('Deployment', { replicas: 0 }, remembered);
    expect(deployment.resume(asleep)).to.deep.equal({ ...forget, spec: { replicas: 3 } });
    const awake = workload('Deployment', { replicas: 2 }, remembered);
    expect(deployment.resume(awake)).to.deep.equal({ ...forget, spec: {} });
  });

  it('that were at zero before stay there', () => {
    const zero = workload('Deployment', { replicas: 0 });
    expect(deployment.suspend(zero)).to.equal(undefined);
    expect(deployment.resume(zero)).to.equal(undefined);
  });

  it('say what to do when what they remember is no number', () => {
    const broken = workload('Deployment', { replicas: 0 }, { [REPLICAS_ANNOTATION]: 'many' });
    expect(() => deployment.resume(broken)).to.throw(PermanentError, "Deployment n/w can't be scaled back");
  });

  it('do not start again what was suspended before, nor suspend a job that has ended', () => {
    const cronJob = restOf('CronJob');
    expect(cronJob.suspend(workload('CronJob', { suspend: true }))).to.equal(undefined);
    expect(cronJob.resume(workload('CronJob', { suspend: true }))).to.equal(undefined);
    const marked = workload('CronJob', { suspend: true }, { [SUSPENDED_ANNOTATION]: 'true' });
    expect(cronJob.resume(marked)).to.have.deep.property('spec', { suspend: false });
    const conditions = [{ type: 'Complete', status: 'True' }];
    expect(restOf('Job').suspend(workload('Job', {}, {}, { conditions }))).to.equal(undefined);
  });
});
