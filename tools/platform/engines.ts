/** The engines of a platform: everything in it that is not ours. */
import type { Platform } from './platform.ts';
import { certificatesTask } from './services/certificates-task.ts';
import { clusterObjectsTask } from './services/cluster-objects.ts';
import { databasesTask } from './services/databases-task.ts';
import { etcd } from './services/etcd.ts';
import { kubernetesServices } from './services/kubernetes.ts';
import { kwok } from './services/kwok.ts';
import { postgres, postgresDataTask } from './services/postgres.ts';
import { valkey, valkeyConfigTask } from './services/valkey.ts';
import type { Unit } from './unit.ts';

export const ENGINE_PORTS = [
  ...['etcd', 'etcd-peer', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'],
  ...['postgres', 'valkey'],
];

export function engineUnits(platform: Platform): Unit[] {
  return [
    postgresDataTask(platform),
    postgres(platform),
    databasesTask(platform),
    valkeyConfigTask(platform),
    valkey(platform),
    certificatesTask(platform),
    etcd(platform),
    ...kubernetesServices(platform),
    clusterObjectsTask(platform),
    kwok(platform),
  ];
}
