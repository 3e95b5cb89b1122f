import provider, { type DiffRequest, type DiffResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { checkpointInputs } from './checkpoint.ts';
import { diffObject, type ObjectDiff } from './diff.ts';
import type { Difference } from './difference.ts';
import { fromStruct } from './properties.ts';
import { type CallContext, referenceOfInputs, reported } from './resource-call.ts';

const { PropertyDiff } = provider;
const { Kind } = PropertyDiff;
const KINDS = {
  add: { inPlace: Kind.ADD, replacing: Kind.ADD_REPLACE },
  delete: { inPlace: Kind.DELETE, replacing: Kind.DELETE_REPLACE },
  update: { inPlace: Kind.UPDATE, replacing: Kind.UPDATE_REPLACE },
} as const;

/** Diff: what differs between the inputs of the state and the program's, and whether it forces a replacement. */
export function diff(context: CallContext, request: DiffRequest): Promise<DiffResponse> {
  const news = fromStruct(request.getNews());
  const olds = request.hasOldInputs()
    ? fromStruct(request.getOldInputs())
    : checkpointInputs(fromStruct(request.getOlds()));
  return reported('compare', request.getType(), news, async () => {
    const reference = await referenceOfInputs(context, request.getType(), news);
    const { connection } = context.binding;
    return responseOf(await diffObject(connection, reference, olds, news, context.signal));
  });
}

function responseOf({ differences, replaces, deleteFirst }: ObjectDiff): DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse()
    .setChanges(differences.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteFirst)
    .setHasdetaileddiff(true);
  for (const difference of differences) {
    const detail = propertyDiff(difference, replaces.includes(difference.path));
    response.getDetaileddiffMap().set(difference.path, detail);
  }
  return response;
}

function propertyDiff({ kind }: Difference, replacing: boolean): InstanceType<typeof PropertyDiff> {
  const { [kind]: kinds } = KINDS;
  return new PropertyDiff().setInputdiff(true).setKind(replacing ? kinds.replacing : kinds.inPlace);
}
