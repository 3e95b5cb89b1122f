/** Where each project publishes its releases, and the checksum it publishes with them. */
export interface Release {
  /** The executable itself, or a .tar.gz that holds it. */
  readonly address: string;
  readonly checksum: {
    readonly address: string;
    /** bare: the digest alone; list: sha256sum's lines; github: GitHub's description of a release (JSON). */
    readonly form: 'bare' | 'list' | 'github';
  };
  /** Members of the archive to keep; absent when the address is the executable. */
  readonly members?: readonly string[];
}

const goArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

/** https://www.pulumi.com/docs/iac/download-install/ : the language hosts come in the CLI's archive. */
export function pulumiRelease(version: string): Release {
  const releases = 'https://get.pulumi.com/releases/sdk';
  return {
    address: `${releases}/pulumi-v${version}-linux-${process.arch}.tar.gz`,
    checksum: { address: `${releases}/pulumi-${version}-checksums.txt`, form: 'list' },
    members: ['pulumi/pulumi', 'pulumi/pulumi-language-nodejs'],
  };
}

/** https://kubernetes.io/releases/download/#binaries */
export function kubernetesRelease(binary: string, version: string): Release {
  const address = `https://dl.k8s.io/release/v${version}/bin/linux/${goArchitecture}/${binary}`;
  return { address, checksum: { address: `${address}.sha256`, form: 'bare' } };
}

/** https://github.com/etcd-io/etcd/releases */
export function etcdRelease(version: string): Release {
  const releases = `https://github.com/etcd-io/etcd/releases/download/v${version}`;
  const folder = `etcd-v${version}-linux-${goArchitecture}`;
  return {
    address: `${releases}/${folder}.tar.gz`,
    checksum: { address: `${releases}/SHA256SUMS`, form: 'list' },
    members: [`${folder}/etcd`],
  };
}

/** https://github.com/kubernetes-sigs/kwok/releases : no checksum file, but GitHub publishes each asset's digest. */
export function kwokRelease(version: string): Release {
  return {
    address: `https://github.com/kubernetes-sigs/kwok/releases/download/v${version}/kwok-linux-${goArchitecture}`,
    checksum: {
      address: `https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/v${version}`,
      form: 'github',
    },
  };
}
