/** A Pulumi type token of package `kubernetes`, for example `kubernetes:networking.k8s.io/v1:NetworkPolicy`. */
const TOKEN = /^kubernetes:([a-z0-9.-]+)\/(v[a-z0-9]+):([A-Za-z0-9]+)$/;

export interface TypeMeta {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** The apiVersion and kind of a token; the core group is spelled `core` in tokens and left out in apiVersion. */
export function parseTypeToken(token: string): TypeMeta {
  const [, group, version, kind] = TOKEN.exec(token) ?? [];
  if (group === undefined || version === undefined || kind === undefined) {
    throw new Error(`"${token}" is no Kubernetes kind: it must look like kubernetes:GROUP/VERSION:KIND`);
  }
  return { apiVersion: group === 'core' ? version : `${group}/${version}`, kind };
}
