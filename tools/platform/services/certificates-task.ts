/** Certificates, and the files that hold them: kubeconfigs, and who may come without any. */
import { writeFileSync } from 'node:fs';
import { writeKubeconfig } from '../kubeconfig.ts';
import { type CertificateName, ensurePki } from '../pki.ts';
import { type Platform, portOf } from '../platform.ts';
import type { Task } from '../unit.ts';
import { authenticationConfig, componentKubeconfig } from './kubernetes.ts';

const COMPONENTS: readonly CertificateName[] = ['controller-manager', 'scheduler', 'kwok'];

/** Source: AuthenticationConfiguration, apiserver.config.k8s.io/v1. */
const AUTHENTICATION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  anonymous: {
    enabled: true,
    conditions: [{ path: '/livez' }, { path: '/readyz' }, { path: '/healthz' }],
  },
};

export function certificatesTask(platform: Platform): Task {
  return {
    kind: 'task',
    name: 'certificates',
    dependsOn: [],
    run: async () => {
      const { pki, kubeconfig } = platform.layout;
      await ensurePki(pki);
      writeFileSync(authenticationConfig(platform), JSON.stringify(AUTHENTICATION));
      const port = portOf(platform, 'kube-apiserver');
      writeKubeconfig(kubeconfig, { pki, port, user: 'admin' });
      for (const user of COMPONENTS)
        writeKubeconfig(componentKubeconfig(platform, user), { pki, port, user });
    },
  };
}
