/** kwok plays the kubelets: it keeps the fake nodes ready and takes the pods bound to them to Running. */
import { join } from 'node:path';
import { isOk } from '../http-health.ts';
import { type Platform, portOf } from '../platform.ts';
import type { Service } from '../unit.ts';
import { componentKubeconfig } from './kubernetes.ts';

const STAGES = ['node-initialize', 'node-heartbeat', 'pod-ready', 'pod-complete', 'pod-delete'];

export function kwok(platform: Platform): Service {
  const port = portOf(platform, 'kwok');
  const stages = STAGES.map((name) => `--config=${join(import.meta.dirname, '../kwok', `${name}.yaml`)}`);
  return {
    kind: 'service',
    name: 'kwok',
    dependsOn: ['cluster-objects'],
    address: `http://127.0.0.1:${port}`,
    launch: (toolchain) => ({
      command: toolchain.kwok,
      args: [
        `--kubeconfig=${componentKubeconfig(platform, 'kwok')}`,
        '--manage-all-nodes=false',
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
        '--cidr=10.244.0.0/16',
        '--node-ip=10.0.0.1',
        '--node-lease-duration-seconds=40',
        `--server-address=127.0.0.1:${port}`,
        ...stages,
      ],
    }),
    isHealthy: () => isOk(`http://127.0.0.1:${port}/healthz`),
  };
}
