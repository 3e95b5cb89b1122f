/** Rows 4 and 19 to 23: what befalls the Kubernetes API. */
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import type { Engines } from '../engines.ts';
import type { FaultCase } from '../fault-case.ts';
import { type KubernetesProxy, startKubernetesProxy, type Treatment } from '../kubernetes-proxy.ts';
import { settle } from '../settle.ts';
import type { Stage } from '../stage.ts';
import { underWay } from '../under-way.ts';

const SIGNUPS = 2;
/** Objects that the stack of a tenant makes, about; each is one server-side apply, which is a PATCH. */
const OBJECTS = 11;
const KILLS = 4;
const REFUSALS = 5;
const RETRY_AFTER_SECONDS = 2;
const REFUSED_MS = 90_000;
const AWAY_MS = 40_000;
const PASS: Treatment = { pass: true };

export const KUBERNETES_CASES: readonly FaultCase[] = [
  {
    row: 4,
    fault: `worker killed inside a call to Kubernetes, ${KILLS} times`,
    convergeMs: 90_000,
    inject: killInsideCalls,
  },
  { row: 19, fault: 'Kubernetes answers 429 with Retry-After', convergeMs: 90_000, inject: refuseForNow },
  {
    row: 20,
    fault: 'Kubernetes answers 500 after each object was made',
    convergeMs: 120_000,
    inject: (stage, engines) => spoilAnswers(stage, engines, 500),
  },
  {
    row: 20,
    fault: "Kubernetes' connection is lost after each object was made",
    convergeMs: 120_000,
    inject: (stage, engines) => spoilAnswers(stage, engines, 'drop'),
  },
  { row: 21, fault: `Kubernetes away for ${AWAY_MS / 1_000} s`, convergeMs: 120_000, inject: stopApiServer },
  { row: 21, fault: 'etcd killed', convergeMs: 120_000, inject: killEtcd },
];

async function proxyTo(stage: Stage, { platform }: Engines): Promise<KubernetesProxy> {
  const proxy = await startKubernetesProxy(platform);
  stage.onClose(() => proxy.close());
  return proxy;
}

/** Each time another object is made, its answer held back, and the worker killed. */
async function killInsideCalls(stage: Stage, engines: Engines): Promise<void> {
  const proxy = await proxyTo(stage, engines);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { promise: held, resolve } = Promise.withResolvers<void>();
    let left = stage.random.below(OBJECTS);
    proxy.treat = ({ method }) => {
      if (method !== 'PATCH') return PASS;
      left -= 1;
      if (left >= 0) return PASS;
      resolve();
      return { afterwards: 'hold' };
    };
    const worker = await stage.startWorker({ environment: { KUBECONFIG: proxy.kubeconfig } });
    await stage.signUp(1);
    await held;
    await worker.end('SIGKILL');
  }
  proxy.treat = () => PASS;
  await stage.startWorker();
}

async function refuseForNow(stage: Stage, engines: Engines): Promise<void> {
  const proxy = await proxyTo(stage, engines);
  const refusedAt = new Map<string, number>();
  const early: string[] = [];
  proxy.treat = ({ method, path }) => {
    if (method !== 'PATCH') return PASS;
    const earlier = refusedAt.get(path);
    if (earlier !== undefined && performance.now() - earlier < RETRY_AFTER_SECONDS * 1_000 - 50)
      early.push(path);
    if (earlier !== undefined || refusedAt.size >= REFUSALS) return PASS;
    refusedAt.set(path, performance.now());
    return { refuse: 429, headers: { 'retry-after': `${RETRY_AFTER_SECONDS}` } };
  };
  await stage.startWorker({ environment: { KUBECONFIG: proxy.kubeconfig } });
  await stage.signUp(1);
  await eventually(() => refusedAt.size >= REFUSALS, { timeoutMs: 60_000 });
  await settle(stage, REFUSED_MS);
  if (early.length > 0) throw new Error(`sent again before Retry-After was over: ${early.join(', ')}`);
}

async function spoilAnswers(stage: Stage, engines: Engines, afterwards: 500 | 'drop'): Promise<void> {
  const proxy = await proxyTo(stage, engines);
  const spoilt = new Set<string>();
  proxy.treat = ({ method, path }) => {
    if (method !== 'PATCH' || spoilt.has(path)) return PASS;
    spoilt.add(path);
    return { afterwards };
  };
  await stage.startWorker({ environment: { KUBECONFIG: proxy.kubeconfig } });
  await stage.signUp(SIGNUPS);
  await eventually(() => spoilt.size >= OBJECTS, { timeoutMs: 60_000 });
}

async function stopApiServer(stage: Stage, engines: Engines): Promise<void> {
  await stage.startWorker();
  await stage.signUp(SIGNUPS);
  await underWay(stage, 'stack');
  await engines.kill('kube-apiserver');
  await stage.signUp(SIGNUPS);
  await delay(AWAY_MS);
  await engines.start();
}

async function killEtcd(stage: Stage, engines: Engines): Promise<void> {
  await stage.startWorker();
  await stage.signUp(SIGNUPS);
  await underWay(stage, 'stack');
  await engines.kill('etcd');
  await delay(5_000);
  await engines.start();
}
