/**
 * Who may talk to the tenant's pods, and whom they may reach: nobody, but for four openings. Other namespaces are
 * told apart by `kubernetes.io/metadata.name`, which the API server sets itself, so no tenant can forge it.
 */
import { NetworkPolicy } from '@pulumi/kubernetes/networking/v1/networkPolicy.js';
import type { input } from '@pulumi/kubernetes/types/index.js';
import { tenantMetadata } from './metadata.ts';
import type { Home } from './namespace.ts';

type Rules = Omit<input.networking.v1.NetworkPolicySpec, 'podSelector'>;

const DNS_PORT = 53;
const DNS_PODS = { 'k8s-app': 'kube-dns' };
const POOLER_PODS = { 'app.kubernetes.io/name': 'pgbouncer' };

/** Registers the network policies: `default-deny` and the openings. */
export function createNetworkPolicies(home: Home): void {
  const { cell } = home.spec;
  createPolicy(home, 'default-deny', { policyTypes: ['Ingress', 'Egress'] });
  createPolicy(home, 'allow-same-namespace', {
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }] }],
    egress: [{ to: [{ podSelector: {} }] }],
  });
  createPolicy(home, 'allow-dns', {
    policyTypes: ['Egress'],
    egress: [{ to: [podsOf('kube-system', DNS_PODS)], ports: bothProtocols(DNS_PORT) }],
  });
  createPolicy(home, 'allow-gateway', {
    policyTypes: ['Ingress'],
    ingress: [{ from: [podsOf(cell.gatewayNamespace)] }],
  });
  createPolicy(home, 'allow-pooler', {
    policyTypes: ['Egress'],
    egress: [
      {
        to: [podsOf(cell.poolerNamespace, POOLER_PODS)],
        ports: [{ protocol: 'TCP', port: cell.database.port }],
      },
    ],
  });
}

function createPolicy(home: Home, name: string, rules: Rules): void {
  new NetworkPolicy(name, {
    metadata: tenantMetadata(home, name),
    spec: { podSelector: {}, ...rules },
  });
}

function podsOf(namespace: string, labels?: Record<string, string>): input.networking.v1.NetworkPolicyPeer {
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return labels === undefined
    ? { namespaceSelector }
    : { namespaceSelector, podSelector: { matchLabels: labels } };
}

function bothProtocols(port: number): input.networking.v1.NetworkPolicyPort[] {
  return ['UDP', 'TCP'].map((protocol) => ({ protocol, port }));
}
