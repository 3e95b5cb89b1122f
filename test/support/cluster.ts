/** The throw-away Kubernetes cluster, and the tools that talk to it. */
import { fromRunner } from './environment.ts';

/** Path of a kubeconfig whose user may do everything. */
export function kubeconfigPath(): string {
  return fromRunner('KUBECONFIG');
}

/** The directory with pulumi and kubectl, to put first on PATH. */
export function toolPath(): string {
  return fromRunner('PATH_PREFIX');
}
