import provider, { type CheckRequest, type CheckResponse } from '@pulumi/pulumi/proto/provider_pb.js';
import { inputProblems } from './input-problems.ts';
import { fromStruct, toStruct } from './properties.ts';
import { type CallContext, reported } from './resource-call.ts';
import { keepSecret } from './secrecy.ts';
import { parseTypeToken } from './type-token.ts';

/** Check: the inputs as they will be kept (a Secret's data made secret), and what is wrong with them. */
export function check({ binding }: CallContext, request: CheckRequest): Promise<CheckResponse> {
  const news = fromStruct(request.getNews());
  return reported('check', request.getType(), news, async () => {
    const typeMeta = parseTypeToken(request.getType());
    const resource = await binding.connection.findResource(typeMeta.apiVersion, typeMeta.kind);
    const inputs = { ...news, ...typeMeta };
    const failures = inputProblems(inputs, resource, binding.tenantId).map(({ field, rule }) =>
      new provider.CheckFailure().setProperty(field).setReason(rule),
    );
    const response = new provider.CheckResponse().setFailuresList(failures);
    return response.setInputs(toStruct(keepSecret(inputs, inputs)));
  });
}
