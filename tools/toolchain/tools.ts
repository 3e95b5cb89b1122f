/** The parts that come from PATH, a release or pinned Go modules. */
import { etcdRelease, kubernetesRelease, kwokRelease, pulumiRelease, type Release } from './releases.ts';
import { versions } from './versions.ts';

export interface GoBinary {
  readonly name: string;
  /** Folder, below modules/ unless absolute, whose go.mod pins it. */
  readonly module: string;
  /** The Go package to build. */
  readonly package: string;
  /** Linker variables, as `import/path.name=value`. */
  readonly variables: readonly string[];
}

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** The first is the tool; the others belong beside it. */
  readonly binaries: readonly [GoBinary, ...GoBinary[]];
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  /** Whether a version found on PATH will do. */
  readonly accepts: (found: string) => boolean;
  readonly release: Release;
}

const gitVersion = 'k8s.io/component-base/version';

export const tools: readonly Tool[] = [
  {
    name: 'etcd',
    version: versions.etcd,
    binaries: [{ name: 'etcd', module: 'etcd', package: 'go.etcd.io/etcd/server/v3', variables: [] }],
    versionArguments: ['--version'],
    accepts: exactly(versions.etcd),
    release: etcdRelease(versions.etcd),
  },
  {
    name: 'kwok',
    version: versions.kwok,
    binaries: [{ name: 'kwok', module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', variables: [] }],
    versionArguments: ['--version'],
    accepts: exactly(versions.kwok),
    release: kwokRelease(versions.kwok),
  },
  pulumi(),
  kubernetes('kube-apiserver'),
  kubernetes('kube-controller-manager'),
  kubernetes('kube-scheduler'),
  {
    ...kubernetes('kubectl'),
    versionArguments: ['version', '--client'],
    accepts: withinOneMinor(versions.kubernetes),
  },
];

/**
 * The CLI and its Node.js language host are one tool: the CLI takes the host that stands beside it, and warns
 * on every run of any other.
 */
function pulumi(): Tool {
  const version = versions.pulumi;
  return {
    name: 'pulumi',
    version,
    binaries: [
      {
        name: 'pulumi',
        module: 'pulumi',
        package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
        variables: [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`],
      },
      {
        name: 'pulumi-language-nodejs',
        module: 'pulumi-language-nodejs',
        package: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
        variables: [],
      },
    ],
    versionArguments: ['version'],
    accepts: exactly(version),
    release: pulumiRelease(version),
  };
}

function kubernetes(name: string): Tool {
  const version = versions.kubernetes;
  const [major, minor] = version.split('.');
  const variables = [
    `${gitVersion}.gitVersion=v${version}`,
    `${gitVersion}.gitMajor=${major}`,
    `${gitVersion}.gitMinor=${minor}`,
  ];
  return {
    name,
    version,
    binaries: [{ name, module: 'kubernetes', package: `k8s.io/kubernetes/cmd/${name}`, variables }],
    versionArguments: ['--version'],
    accepts: exactly(version),
    release: kubernetesRelease(name, version),
  };
}

function exactly(wanted: string): (found: string) => boolean {
  return (found) => found === wanted;
}

/** Kubernetes supports kubectl one minor version older or newer than the API server. */
function withinOneMinor(wanted: string): (found: string) => boolean {
  const [major, minor] = wanted.split('.').map(Number);
  return (found) => {
    const [foundMajor, foundMinor] = found.split('.').map(Number);
    return foundMajor === major && Math.abs(Number(foundMinor) - Number(minor)) <= 1;
  };
}
