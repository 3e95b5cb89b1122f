/** The control plane of Kubernetes: API server, controller manager, scheduler. */
import { join } from 'node:path';
import { httpsRequest } from '../https-request.ts';
import { type CertificateName, pkiFiles } from '../pki.ts';
import { type Platform, portOf } from '../platform.ts';
import type { Service } from '../unit.ts';

/** What a cluster in production has, without what needs a cloud or a network (attach, routes, node IPAM). */
const CONTROLLERS = [
  ...['namespace', 'resourcequota', 'serviceaccount', 'garbage-collector', 'node-lifecycle', 'replicaset'],
  ...['deployment', 'disruption', 'endpoints', 'endpointslice', 'job', 'pod-garbage-collector'],
  ...['root-ca-certificate-publisher', 'clusterrole-aggregation'],
].map((name) => `${name}-controller`);

export function kubernetesServices(platform: Platform): Service[] {
  return [apiServer(platform), controllerManager(platform), scheduler(platform)];
}

function apiServer(platform: Platform): Service {
  const port = portOf(platform, 'kube-apiserver');
  return {
    kind: 'service',
    name: 'kube-apiserver',
    dependsOn: ['etcd'],
    address: `https://127.0.0.1:${port}`,
    launch: (toolchain) => ({ command: toolchain.kubeApiserver, args: apiServerArguments(platform, port) }),
    isHealthy: healthCheck(platform, port, '/readyz'),
  };
}

function apiServerArguments(platform: Platform, port: number): string[] {
  const pki = pkiFiles(platform.layout.pki);
  return [
    ...['--bind-address=127.0.0.1', `--secure-port=${port}`, '--tls-min-version=VersionTLS12'],
    ...[`--tls-cert-file=${pki.certificate('server')}`, `--tls-private-key-file=${pki.key('server')}`],
    `--client-ca-file=${pki.authority}`,
    // Anonymous requests reach the health checks and nothing else.
    `--authentication-config=${authenticationConfig(platform)}`,
    // No aggregated API asks for this; without it, controllers complain that they cannot learn it. No one holds the name.
    ...[
      `--requestheader-client-ca-file=${pki.authority}`,
      '--requestheader-allowed-names=landlord:front-proxy',
    ],
    '--requestheader-username-headers=X-Remote-User',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    // As on a managed cluster: Pod Security decides who may be privileged, not this switch.
    '--allow-privileged=true',
    `--etcd-servers=https://127.0.0.1:${portOf(platform, 'etcd')}`,
    `--etcd-cafile=${pki.authority}`,
    ...[`--etcd-certfile=${pki.certificate('etcd-client')}`, `--etcd-keyfile=${pki.key('etcd-client')}`],
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${pki.serviceAccountKey}`,
    `--service-account-key-file=${pki.serviceAccountPublicKey}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    // It listens on the loopback alone, which an Endpoints object may not name.
    '--endpoint-reconciler-type=none',
    '--profiling=false',
  ];
}

function controllerManager(platform: Platform): Service {
  const pki = pkiFiles(platform.layout.pki);
  return client(platform, 'kube-controller-manager', 'controller-manager', [
    `--controllers=${CONTROLLERS.join(',')}`,
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${pki.serviceAccountKey}`,
    `--root-ca-file=${pki.authority}`,
    // The defaults (20 and 30) would make deleting a dozen namespaces at once wait for its own throttle.
    ...['--kube-api-qps=200', '--kube-api-burst=400'],
  ]);
}

function scheduler(platform: Platform): Service {
  return client(platform, 'kube-scheduler', 'scheduler', []);
}

function client(
  platform: Platform,
  name: 'kube-controller-manager' | 'kube-scheduler',
  user: CertificateName,
  own: readonly string[],
): Service {
  const pki = pkiFiles(platform.layout.pki);
  const port = portOf(platform, name);
  const kubeconfig = componentKubeconfig(platform, user);
  const args = [
    ...[`--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`],
    `--authorization-kubeconfig=${kubeconfig}`,
    ...['--bind-address=127.0.0.1', `--secure-port=${port}`, '--leader-elect=false', '--profiling=false'],
    ...[`--tls-cert-file=${pki.certificate('server')}`, `--tls-private-key-file=${pki.key('server')}`],
    ...own,
  ];
  return {
    kind: 'service',
    name,
    dependsOn: ['kube-apiserver'],
    address: `https://127.0.0.1:${port}`,
    launch: (toolchain) => ({
      command: name === 'kube-scheduler' ? toolchain.kubeScheduler : toolchain.kubeControllerManager,
      args,
    }),
    isHealthy: healthCheck(platform, port, '/healthz'),
  };
}

/** The kubeconfig that a part of the control plane uses. */
export function componentKubeconfig(platform: Platform, user: CertificateName): string {
  return join(platform.layout.pki, `${user}.kubeconfig`);
}

/** The API server's authentication configuration file. */
export function authenticationConfig(platform: Platform): string {
  return join(platform.layout.pki, 'authentication.json');
}

function healthCheck(platform: Platform, port: number, path: string): () => Promise<boolean> {
  return async () => (await httpsRequest({ pki: platform.layout.pki, port, path })).status === 200;
}
