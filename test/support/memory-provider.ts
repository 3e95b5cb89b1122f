/**
 * A Pulumi provider that keeps nothing, for specs of the engine. It answers for package `kubernetes` and types such
 * as `kubernetes:memory/v1:Thing`. Creating a thing whose input `refusal` is set fails in those words; one whose
 * input `hangs` is set is never answered. Deleting a thing whose input `stays` is set fails in those words.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { CustomResource } from '@pulumi/pulumi';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

export interface MemoryProvider {
  readonly port: number;
  /** The name of each thing whose creation is asked for. */
  readonly created: string[];
  /** The id of each thing that was deleted, which is its name. */
  readonly deleted: string[];
  close(): void;
}

/** A resource of the memory provider. */
export class Thing extends CustomResource {
  constructor(name: string, inputs: Record<string, unknown> = {}) {
    super('kubernetes:memory/v1:Thing', name, inputs);
  }
}

/** Listens on a free loopback port. */
export async function serveMemoryProvider(): Promise<MemoryProvider> {
  const created: string[] = [];
  const deleted: string[] = [];
  const server = new Server();
  server.addService(ResourceProviderService, { ...lifecycle(), ...resources(created, deleted) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, created, deleted, close: () => server.forceShutdown() };
}

function answer<Request, Response>(
  handle: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    try {
      callback(null, handle(call.request));
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      callback({ code: status.UNKNOWN, details } as ServiceError);
    }
  };
}

function lifecycle(): UntypedServiceImplementation {
  return {
    attach: answer(() => new empty.Empty()),
    cancel: answer(() => new empty.Empty()),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion('0.0.1')),
    checkConfig: answer((request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer(() => new messages.DiffResponse()),
    configure: answer(() => new messages.ConfigureResponse().setAcceptsecrets(true)),
  };
}

function resources(created: string[], deleted: string[]): UntypedServiceImplementation {
  return {
    check: answer((request: messages.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diff: answer((request: messages.DiffRequest) => {
      const [olds, news] = [request.getOldInputs(), request.getNews()].map((struct) =>
        struct?.toJavaScript(),
      );
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      return new messages.DiffResponse().setChanges(isDeepStrictEqual(olds, news) ? DIFF_NONE : DIFF_SOME);
    }),
    create: (
      call: ServerUnaryCall<messages.CreateRequest, messages.CreateResponse>,
      callback: sendUnaryData<messages.CreateResponse>,
    ) => {
      const { request } = call;
      const inputs = request.getProperties()?.toJavaScript() ?? {};
      created.push(request.getName());
      if (inputs.hangs === true) return;
      answer(() => createThing(request, inputs))(call, callback);
    },
    update: answer((request: messages.UpdateRequest) =>
      new messages.UpdateResponse().setProperties(request.getNews()),
    ),
    delete: answer((request: messages.DeleteRequest) => {
      const { stays } = request.getProperties()?.toJavaScript() ?? {};
      if (stays !== undefined) throw new Error(String(stays));
      deleted.push(request.getId());
      return new empty.Empty();
    }),
  };
}

function createThing(
  request: messages.CreateRequest,
  inputs: Record<string, unknown>,
): messages.CreateResponse {
  if (inputs.refusal !== undefined) throw new Error(String(inputs.refusal));
  return new messages.CreateResponse().setId(request.getName()).setProperties(request.getProperties());
}
