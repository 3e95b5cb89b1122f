/** The platform's ports: found free once, then kept, so that addresses stay what they were. */
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { z } from 'zod';

const portsSchema = z.record(z.string(), z.int().min(1).max(65_535));
export type Ports = Readonly<Record<string, number>>;

/** Below the range that Linux gives to outgoing connections (32768 on), so that none of them takes a kept port. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

/** The ports kept in a file; none when it does not exist. */
export function readPorts(file: string): Ports {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const parsed = portsSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} does not hold ports: remove it, and new ones are chosen`, { cause: parsed.error });
}

/**
 * The kept ports, with one found for each name that has none, written back to the file.
 * @param isDown whether the named port's service is down, so that its port should be free
 * @param mayMove whether nothing of the platform runs, so that no one has learnt the old addresses
 * @throws Error naming the port when another process took it while other parts of the platform run
 */
export async function ensurePorts(
  file: string,
  names: readonly string[],
  isDown: (name: string) => boolean,
  mayMove: boolean,
): Promise<Ports> {
  const kept = readPorts(file);
  const held: Server[] = [];
  const ports: Record<string, number> = { ...kept };
  try {
    for (const name of names) ports[name] = await choosePort(name, kept[name], isDown(name), mayMove, held);
  } finally {
    await Promise.all(held.map(release));
  }
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

async function choosePort(
  name: string,
  kept: number | undefined,
  isDown: boolean,
  mayMove: boolean,
  held: Server[],
): Promise<number> {
  if (kept !== undefined && (!isDown || (await hold(kept, held)))) return kept;
  if (kept !== undefined && !mayMove) {
    throw new Error(
      `port ${kept}, kept for ${name}, is now used by another process: stop that process, ` +
        'or run "make down" and "make up", which chooses another port',
    );
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await hold(port, held)) return port;
  }
  throw new Error(`found no free port for ${name} between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1`);
}

/** Binds the port until all are chosen, so that none is chosen twice. Resolves to false when it is taken. */
function hold(port: number, held: Server[]): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => {
      held.push(server);
      resolve(true);
    });
  });
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
