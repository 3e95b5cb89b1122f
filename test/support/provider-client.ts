/** The resident Kubernetes provider on the throw-away cluster, called as the engine calls it: by gRPC. */
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import messages, {
  type CheckResponse,
  type CreateResponse,
  type DiffResponse,
  type ReadResponse,
  type UpdateResponse,
} from '@pulumi/pulumi/proto/provider_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { connectToCluster } from '../../provisioner/kubernetes/connection.ts';
import type { Json, JsonObject } from '../../provisioner/kubernetes/json.ts';
import { serveProvider } from '../../provisioner/kubernetes/serve-provider.ts';
import { newTenantId, type TenantId } from '../../tenancy/ids.ts';
import { TENANT_LABEL, tenantNames } from '../../tenancy/names.ts';
import { kubeconfigPath } from './cluster.ts';

export type ProviderBench = Awaited<ReturnType<typeof openProviderBench>>;

/** What a kind is called where: `kubernetes:core/v1:ConfigMap`. */
export const CONFIG_MAP = 'kubernetes:core/v1:ConfigMap';
export const NAMESPACE = 'kubernetes:core/v1:Namespace';

/**
 * A new tenant's provider, with the tenant's namespace made through it. `lease.held` may be set to false; `close`
 * ends everything and has the namespace deleted.
 */
export async function openProviderBench() {
  const tenantId = newTenantId();
  const { namespace } = tenantNames(tenantId);
  const connection = connectToCluster(kubeconfigPath());
  const lease = { held: true };
  const provider = await serveProvider({ connection, tenantId, leaseIsHeld: () => lease.held });
  const client = new ResourceProviderClient(`127.0.0.1:${provider.port}`, credentials.createInsecure());
  const calls = callsOf(client);
  await calls.create(NAMESPACE, { metadata: { name: namespace, labels: { [TENANT_LABEL]: tenantId } } });
  const close = async (): Promise<void> => {
    client.close();
    await provider.close();
    await connection.request({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
    connection.close();
  };
  const labelled = (name: string, rest: JsonObject = {}) => labelledObject(tenantId, namespace, name, rest);
  const path = (plural: string, name?: string): string =>
    `/api/v1/namespaces/${namespace}/${plural}${name === undefined ? '' : `/${name}`}`;
  /** Changes an object as a person would, behind the provider's back. */
  const patch = (at: string, body: JsonObject) => {
    const contentType = 'application/merge-patch+json';
    return connection.request({ method: 'PATCH', path: at, body, contentType });
  };
  return { tenantId, namespace, connection, lease, provider, client, calls, labelled, path, patch, close };
}

function labelledObject(tenantId: TenantId, namespace: string, name: string, rest: JsonObject): JsonObject {
  return { metadata: { name, namespace, labels: { [TENANT_LABEL]: tenantId } }, ...rest };
}

type Callback<Answer> = (error: ServiceError | null, answer: Answer) => void;

/** Promise of one call; rejects with the provider's own words. */
export function answerOf<Answer>(start: (callback: Callback<Answer>) => unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    start((error, answer) => (error === null ? resolve(answer) : reject(new Error(error.details))));
  });
}

const bag = (value: JsonObject) => struct.Struct.fromJavaScript(value);
const open = (value: struct.Struct | undefined) => (value?.toJavaScript() ?? {}) as JsonObject;

/** apiVersion and kind as the SDK puts them into every resource's inputs. */
function withType(type: string, inputs: JsonObject): JsonObject {
  const [, version = '', kind = ''] = type.split(':');
  return { apiVersion: version.replace(/^core\//, ''), kind, ...inputs };
}

function callsOf(client: ResourceProviderClient) {
  return {
    async check(type: string, inputs: JsonObject) {
      const request = new messages.CheckRequest().setType(type).setNews(bag(withType(type, inputs)));
      const answer = await answerOf<CheckResponse>((done) => client.check(request, done));
      const failures = answer.getFailuresList().map((failure) => failure.toObject());
      return { inputs: open(answer.getInputs()), failures };
    },
    async create(type: string, inputs: JsonObject, preview = false) {
      const request = new messages.CreateRequest().setType(type).setProperties(bag(withType(type, inputs)));
      request.setPreview(preview);
      const answer = await answerOf<CreateResponse>((done) => client.create(request, done));
      return { id: answer.getId(), outputs: open(answer.getProperties()) };
    },
    async update(type: string, olds: JsonObject, news: JsonObject, preview = false) {
      const request = new messages.UpdateRequest().setType(type).setNews(bag(withType(type, news)));
      request.setPreview(preview);
      const answer = await answerOf<UpdateResponse>((done) =>
        client.update(request.setOlds(bag(olds)), done),
      );
      return open(answer.getProperties());
    },
    /** The state, where there is one, holds what the object was when it was last written. */
    async diff(
      type: string,
      olds: JsonObject,
      news: JsonObject,
      state: JsonObject = {},
      ignored: string[] = [],
    ) {
      const request = new messages.DiffRequest().setType(type).setOldInputs(bag(withType(type, olds)));
      request.setOlds(bag(state)).setIgnorechangesList(ignored);
      return shownDiff(
        await answerOf<DiffResponse>((done) => client.diff(request.setNews(bag(withType(type, news))), done)),
      );
    },
    async delete(type: string, id: string, timeoutSeconds = 0, state: JsonObject = {}) {
      const request = new messages.DeleteRequest().setType(type).setId(id).setTimeout(timeoutSeconds);
      await answerOf((done) => client.delete(request.setProperties(bag(state)), done));
    },
    /** Without a state: for an import. */
    async read(type: string, id: string, state: JsonObject = {}) {
      const request = new messages.ReadRequest().setType(type).setId(id).setProperties(bag(state));
      const inputs = (state.__inputs ?? {}) as JsonObject;
      const answer = await answerOf<ReadResponse>((done) =>
        client.read(request.setInputs(bag(inputs)), done),
      );
      return { id: answer.getId(), inputs: open(answer.getInputs()), state: open(answer.getProperties()) };
    },
  };
}

function shownDiff(answer: DiffResponse) {
  const kinds = Object.keys(messages.PropertyDiff.Kind);
  const details: Record<string, string | undefined> = {};
  answer.getDetaileddiffMap().forEach((detail, path) => {
    details[path] = kinds[detail.getKind()];
  });
  return {
    changes: Object.keys(messages.DiffResponse.DiffChanges)[answer.getChanges()],
    details,
    replaces: answer.getReplacesList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
  };
}

/** The error of a promise that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    (value: unknown) => `nothing: it succeeded with ${JSON.stringify(value)}`,
    (error: Error) => error.message,
  );
  return outcome;
}

/** A value at a path of keys. */
export function at(value: Json | undefined, ...keys: string[]): Json | undefined {
  return keys.reduce<Json | undefined>((parent, key) => (parent as JsonObject | undefined)?.[key], value);
}
