import { expect } from 'chai';
import { describe as describeReference, objectId, objectPath, referenceOfId } from './object-reference.ts';
import { parseTypeToken } from './type-token.ts';

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const roles = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', plural: 'roles', namespaced: true };

describe('object references', () => {
  it('find an object by its stored id', () => {
    const reference = referenceOfId(roles, 'space/admin');
    expect(objectPath(reference)).to.equal('/apis/rbac.authorization.k8s.io/v1/namespaces/space/roles/admin');
    expect(objectId(reference)).to.equal('space/admin');
    expect(describeReference(reference)).to.equal('Role space/admin');
    expect(objectPath(referenceOfId(configMaps, 'alone'))).to.equal('/api/v1/configmaps/alone');
  });

  it('never make a path that leads elsewhere', () => {
    for (const name of ['', '.', '..', 'a/b', 'a%2Fb']) {
      const reference = { resource: configMaps, namespace: 'space', name };
      expect(() => objectPath(reference), name).to.throw("can't be a Kubernetes object's name");
      expect(() => objectPath({ ...reference, namespace: name, name: 'a' }), name).to.throw();
    }
    const odd = { resource: roles, namespace: 'space', name: 'system:a?b#c' };
    expect(objectPath(odd)).to.match(/roles\/system%3Aa%3Fb%23c$/);
  });
});

describe('type tokens', () => {
  it('give apiVersion and kind; the core group has no name', () => {
    expect(parseTypeToken('kubernetes:core/v1:Namespace')).to.deep.equal({
      apiVersion: 'v1',
      kind: 'Namespace',
    });
    expect(parseTypeToken('kubernetes:networking.k8s.io/v1:NetworkPolicy')).to.deep.equal({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
    });
  });

  it('of other packages, or without a version, are refused', () => {
    for (const token of ['aws:ec2/vpc:Vpc', 'kubernetes:yaml:ConfigFile', 'kubernetes:core/v1:', '']) {
      expect(() => parseTypeToken(token), token).to.throw('must look like kubernetes:GROUP/VERSION:KIND');
    }
  });
});
