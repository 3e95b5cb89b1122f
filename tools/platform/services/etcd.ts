/** etcd, the API server's store. TLS with client certificates: whoever reaches it reads every Kubernetes Secret. */
import { httpsRequest } from '../https-request.ts';
import { pkiFiles } from '../pki.ts';
import { type Platform, portOf } from '../platform.ts';
import type { Launch, Service } from '../unit.ts';

export function etcd(platform: Platform): Service {
  const port = portOf(platform, 'etcd');
  return {
    kind: 'service',
    name: 'etcd',
    dependsOn: ['certificates'],
    address: `https://127.0.0.1:${port}`,
    launch: (toolchain) => ({ command: toolchain.etcd, ...launchArguments(platform) }),
    isHealthy: async () => {
      const answer = await httpsRequest({ pki: platform.layout.pki, port, path: '/health' });
      return answer.status === 200;
    },
  };
}

function launchArguments(platform: Platform): Pick<Launch, 'args'> {
  const pki = pkiFiles(platform.layout.pki);
  const url = `https://127.0.0.1:${portOf(platform, 'etcd')}`;
  const peerUrl = `https://127.0.0.1:${portOf(platform, 'etcd-peer')}`;
  const [certificate, key] = [pki.certificate('server'), pki.key('server')];
  return {
    args: [
      '--name=landlord',
      `--data-dir=${platform.layout.etcdData}`,
      ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
      ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      `--initial-cluster=landlord=${peerUrl}`,
      ...[`--cert-file=${certificate}`, `--key-file=${key}`],
      ...['--client-cert-auth', `--trusted-ca-file=${pki.authority}`],
      ...[`--peer-cert-file=${certificate}`, `--peer-key-file=${key}`],
      ...['--peer-client-cert-auth', `--peer-trusted-ca-file=${pki.authority}`],
      '--log-level=warn',
      `--unsafe-no-fsync=${!platform.isDurable}`,
    ],
  };
}
