/** The resident Kubernetes provider: one loopback gRPC listener a run, bound to cluster, tenant and lease. */
import grpc, { type handleUnaryCall, type UntypedServiceImplementation } from '@grpc/grpc-js';
import kubernetes from '@pulumi/kubernetes/package.json' with { type: 'json' };
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider, { type CheckRequest } from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { PermanentError } from '../../tenancy/errors.ts';
import type { Binding } from './binding.ts';
import { check } from './call-check.ts';
import { create } from './call-create.ts';
import { remove } from './call-delete.ts';
import { diff } from './call-diff.ts';
import { readResource } from './call-read.ts';
import { update } from './call-update.ts';
import { CallsInProgress, type Work } from './calls-in-progress.ts';

export interface ServedProvider {
  /** Port on 127.0.0.1, for `PULUMI_DEBUG_PROVIDERS=kubernetes:PORT`. */
  readonly port: number;
  /** What the run met that no retry can mend, such as an object that is not the tenant's. */
  permanentError(): PermanentError | undefined;
  /** Gives up what is under way; when it resolves, nothing more is sent to the cluster. */
  close(): Promise<void>;
}

/** Objects of up to 1 MiB travel up to three times in a message. */
const LARGEST_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * Serves Pulumi's ResourceProvider protocol (pulumi/pulumi, proto/pulumi/provider.proto). What is not served
 * (Invoke, GetSchema, Handshake …) answers Unimplemented.
 */
export async function serveProvider(binding: Binding): Promise<ServedProvider> {
  const calls = new CallsInProgress(binding);
  const limits = { 'grpc.max_receive_message_length': LARGEST_MESSAGE_BYTES };
  const server = new grpc.Server({ ...limits, 'grpc.max_send_message_length': LARGEST_MESSAGE_BYTES });
  server.addService(
    ResourceProviderService,
    implementation((work) => calls.handler(work)),
  );
  const port = await listen(server);
  const close = async (): Promise<void> => {
    await calls.end(new Error(`the provider of tenant ${binding.tenantId} was closed`));
    server.forceShutdown();
  };
  return { port, permanentError: () => calls.permanentError, close };
}

type Handler = <Request, Response>(work: Work<Request, Response>) => handleUnaryCall<Request, Response>;

function implementation(handler: Handler): UntypedServiceImplementation {
  const nothing = handler(async () => new empty.Empty());
  return {
    getPluginInfo: handler(async () => new plugin.PluginInfo().setVersion(kubernetes.version)),
    attach: nothing,
    cancel: nothing,
    checkConfig: handler(async (_context, request: CheckRequest) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: handler(async () =>
      new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
    ),
    configure: handler(async () =>
      new provider.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
    ),
    check: handler(check),
    diff: handler(diff),
    create: handler(create),
    update: handler(update),
    delete: handler(remove),
    read: handler(readResource),
  };
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
