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

/**
 * Diff: what differs between the inputs of the state and the program's, and between the live object and what was
 * written to it; and whether it forces a replacement. The engine asks it of every resource of the program at each run.
 */
export function diff(context: CallContext, request: DiffRequest): Promise<DiffResponse> {
  const news = fromStruct(request.getNews());
  const recorded = fromStruct(request.getOlds());
  const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : checkpointInputs(recorded);
  return reported('compare', request.getType(), news, async () => {
    const reference = await referenceOfInputs(context, request.getType(), news);
    const ignored = request.getIgnorechangesList();
    const comparison = { reference, oldInputs, newInputs: news, recorded, ignored };
    return responseOf(await diffObject(context.binding, comparison, context.signal));
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

function propertyDiff({ kind, drifted }: Difference, replacing: boolean): InstanceType<typeof PropertyDiff> {
  const { [kind]: kinds } = KINDS;
  return new PropertyDiff()
    .setInputdiff(drifted !== true)
    .setKind(replacing ? kinds.replacing : kinds.inPlace);
}
