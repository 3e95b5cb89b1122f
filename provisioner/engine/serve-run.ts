/** What the CLI of one run talks to: the program to run, and the stream that takes its events. */
import { Server, ServerCredentials, type ServerReadableStream, type sendUnaryData } from '@grpc/grpc-js';
import { runtime } from '@pulumi/pulumi';
import engineProto from '@pulumi/pulumi/proto/engine_pb.js';
import { EventsService } from '@pulumi/pulumi/proto/events_grpc_pb.js';
import type { EventRequest } from '@pulumi/pulumi/proto/events_pb.js';
import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { pinnedLanguageServer } from './pinned.ts';
import type { Program } from './stack-run.ts';

export interface RunServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Resolves when a stream of events that began has ended. */
  drained(): Promise<void>;
  close(): void;
}

/** Listens on a free loopback port; `onWireEvent` gets each event as the CLI sent it. */
export async function serveRun(program: Program, onWireEvent: (event: unknown) => void): Promise<RunServer> {
  const LanguageServer = pinnedLanguageServer();
  const streams: Promise<void>[] = [];
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(LanguageRuntimeService, new LanguageServer(quiet(program)));
  server.addService(EventsService, {
    streamEvents: (call: EventStream, callback: sendUnaryData<unknown>) => {
      streams.push(readStream(call, onWireEvent).then(() => callback(null, new empty.Empty())));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    drained: async () => void (await Promise.all(streams)),
    close: () => server.forceShutdown(),
  };
}

type EventStream = ServerReadableStream<EventRequest, unknown>;

function readStream(call: EventStream, onWireEvent: (event: unknown) => void): Promise<void> {
  call.on('data', (request: EventRequest) => onWireEvent(JSON.parse(request.getEvent())));
  return new Promise((resolve) => {
    for (const end of ['end', 'cancelled', 'error']) call.on(end, () => resolve());
  });
}

/**
 * The program without the SDK's debug messages: three round trips to the CLI for each resource, all runs of the
 * process waiting in one line for them, so that a CLI that hangs would hold up the others.
 */
function quiet(program: Program): Program {
  return () => {
    const engine = runtime.getEngine();
    if (engine !== undefined) {
      const send = engine.log.bind(engine) as (...log: unknown[]) => unknown;
      engine.log = ((request: engineProto.LogRequest, done: (error: null) => void) =>
        request.getSeverity() === engineProto.LogSeverity.DEBUG ? done(null) : send(request, done)) as never;
    }
    return program();
  };
}
