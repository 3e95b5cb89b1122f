/** What to do when Go cannot build, in words for a person. */
import { SetUpError } from './set-up-error.ts';

export function missingGo(): SetUpError {
  return new SetUpError(
    'Go is needed to build the toolchain, and there is no `go` on PATH.\n' +
      'Install Go from https://go.dev/dl/ (or your distribution), or put the tools on PATH and set TOOLCHAIN=path.',
  );
}

/** @param needed the version that a module's go.mod asks for. */
export function tooOldGo(found: string, needed: string): SetUpError {
  return new SetUpError(
    `Go ${found} is too old to build the toolchain: ${needed} or newer is needed.\n` +
      'Install a newer Go from https://go.dev/dl/ and put it first on PATH.',
  );
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /no space left on device/i,
    'The disk is full. Free some space (a first build needs about 9 GB), or point LANDLORD_CACHE, GOCACHE, ' +
      'GOMODCACHE and GOTMPDIR at a larger disk.',
  ],
  [
    /checksum mismatch|SECURITY ERROR/,
    'A module is not the one recorded in go.sum. Check GOPROXY; do not go on with modules that differ.',
  ],
  [
    /dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|x509:|proxyconnect|reading https?:\/\/|EOF$/m,
    'The module proxy cannot be reached. Check the network and GOPROXY (`go env GOPROXY`), then run the set-up ' +
      'again: it goes on where it stopped.',
  ],
  [/signal: killed|cannot allocate memory/, 'Memory ran out. Close other programs and run the set-up again.'],
];

/** Turns Go's failure into an error with its last lines and, where the cause is known, the remedy. */
export function explainGoFailure(name: string, output: string): SetUpError {
  const known = remedies.find(([pattern]) => pattern.test(output))?.[1];
  const lastLines = output.split('\n').slice(-15).join('\n');
  return new SetUpError(`Building ${name} failed:\n${lastLines}\n${known ?? 'Go could not build it.'}`);
}
