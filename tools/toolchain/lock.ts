/**
 * One set-up at a time for a cache directory. The lock is an abstract Unix socket (unix(7)): the kernel gives its
 * name to one process and frees it when that process ends, however it ends, so no stale lock can be left.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { jsonText } from './json-text.ts';

const holderSchema = jsonText.pipe(z.object({ pid: z.number().int(), since: z.iso.datetime() }));
/** Who holds the lock, and since when. */
export type Holder = z.infer<typeof holderSchema>;

/** Runs `work` alone among the processes of this machine that lock the same directory; waits for its turn. */
export async function withLock<T>(
  directory: string,
  onWait: (holder: Holder) => void,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(directory, { recursive: true });
  const digest = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex');
  const address = `\0landlord-set-up-${digest.slice(0, 32)}`;
  const release = await acquire(address, onWait, signal);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(
  address: string,
  onWait: (holder: Holder) => void,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  for (;;) {
    const waiting = new Set<Socket>();
    const server = await listen(address, waiting);
    if (server !== undefined) return () => close(server, waiting);
    await untilFree(address, onWait, signal);
  }
}

/** The server that holds the name, or undefined when another process holds it. Tells each caller who it is. */
async function listen(address: string, waiting: Set<Socket>): Promise<Server | undefined> {
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => waiting.delete(socket));
    socket.write(`${JSON.stringify(holder)}\n`);
  });
  server.listen(address);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function close(server: Server, waiting: Set<Socket>): Promise<void> {
  server.close();
  for (const socket of waiting) socket.destroy();
  await once(server, 'close');
}

/** Returns when the holder ends the connection, which it or the kernel does once it is done. */
async function untilFree(
  address: string,
  onWait: (holder: Holder) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const socket = connect({ path: address, signal });
    for await (const line of socket) onWait(holderSchema.parse(String(line)));
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ECONNREFUSED' && code !== 'ECONNRESET') throw error;
  }
}
