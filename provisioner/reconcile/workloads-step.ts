/** What runs in the tenant's namespace, as a step: it rests while the tenant is suspended. */
import { countedConnection } from '../audit/provider-calls.ts';
import type { ClusterConnection } from '../kubernetes/connection.ts';
import { resumeWorkloads, suspendWorkloads, workloadsAwake } from '../kubernetes/suspend-workloads.ts';
import type { Step } from './step.ts';

/** The step `workloads`. It comes after the stack, whose quota decides whether there may be pods. */
export function workloadsStep(cluster: ClusterConnection): Step {
  return {
    name: 'workloads',
    async apply({ spec, leaseIsHeld, calls, signal }) {
      const change = spec.target === 'suspended' ? suspendWorkloads : resumeWorkloads;
      await change(countedConnection(cluster, calls), spec, leaseIsHeld, signal);
      return {};
    },
    // They go with their namespace.
    undo: async () => undefined,
    async verify({ spec, calls }) {
      return spec.target === 'suspended' ? workloadsAwake(countedConnection(cluster, calls), spec) : [];
    },
  };
}
