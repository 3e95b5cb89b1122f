/** HTTP for releases: what cannot be had is one kind of error, so that another way can be tried. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** There is no such release to be had from here; another way may lead to the tool. */
export class ReleaseUnavailableError extends Error {
  override readonly name = 'ReleaseUnavailableError';
}

export interface FetchOptions {
  readonly onProgress: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** Longest silence of a server, in milliseconds. */
const SILENCE_MS = 30_000;
/** How long a host may take to answer anything, in milliseconds. */
const PROBE_MS = 1_500;

/**
 * Tells whether the host of an address answers at all. All hosts are asked at once, with the first question, so that
 * a closed network costs a second or two and not minutes.
 */
export function createReachability(
  addresses: readonly string[],
  timeoutMs: number = PROBE_MS,
): (address: string) => Promise<boolean> {
  const originOf = (address: string) => new URL(address).origin;
  const origins = [...new Set(addresses.map(originOf))];
  let answers: Map<string, Promise<boolean>> | undefined;
  return async (address) => {
    answers ??= new Map(origins.map((origin) => [origin, answersAt(origin, timeoutMs)]));
    return (await answers.get(originOf(address))) ?? false;
  };
}

async function answersAt(origin: string, timeoutMs: number): Promise<boolean> {
  const asked = fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  return asked.then(
    () => true,
    () => false,
  );
}

/** The text at an address. Throws ReleaseUnavailableError. */
export async function fetchText(address: string, signal: AbortSignal): Promise<string> {
  return orUnavailable(address, signal, async () => {
    const response = await get(address, AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]));
    return response.text();
  });
}

/** Writes what is at an address to `file`; returns its SHA-256 in hex. Throws ReleaseUnavailableError. */
export async function fetchFile(address: string, file: string, options: FetchOptions): Promise<string> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`no byte for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
  const hash = createHash('sha256');
  try {
    await orUnavailable(address, options.signal, async () => {
      const response = await get(address, AbortSignal.any([options.signal, silence.signal]));
      const total = Number(response.headers.get('content-length') ?? 0);
      const count = countBytes(total, options.onProgress, (chunk) => {
        timer.refresh();
        hash.update(chunk);
      });
      await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file));
    });
    return hash.digest('hex');
  } finally {
    clearTimeout(timer);
  }
}

async function get(address: string, signal: AbortSignal): Promise<Response & { body: ReadableStream }> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response as Response & { body: ReadableStream };
}

async function orUnavailable<T>(address: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (isOfTheDisk(error)) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReleaseUnavailableError(`${address} cannot be had (${reason})`, { cause: error });
  }
}

function isOfTheDisk(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'].includes(String(error.code))
  );
}

function countBytes(
  total: number,
  onProgress: (doing: string) => void,
  onChunk: (chunk: Buffer) => void,
): Transform {
  let received = 0;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const of = total > 0 ? ` of ${megabytes(total)}` : '';
  return new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      onChunk(chunk);
      received += chunk.length;
      onProgress(`downloading, ${megabytes(received)}${of} MB`);
      pass(null, chunk);
    },
  });
}
