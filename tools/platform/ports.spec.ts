import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ensurePorts, readPorts } from './ports.ts';

describe('ports', () => {
  let directory: string;
  let file: string;
  const isDown = () => true;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ports-'));
    file = join(directory, 'ports.json');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('are all different and below those of outgoing connections', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `service-${index}`);
    const ports = Object.values(await ensurePorts(file, names, isDown, true));
    expect(new Set(ports).size).equals(50);
    expect(Math.max(...ports)).lessThan(32_768);
  });

  it('are kept, also when more are asked for', async () => {
    const first = await ensurePorts(file, ['a', 'b'], isDown, true);
    const second = await ensurePorts(file, ['b', 'c'], isDown, true);
    expect(second).includes(first);
    expect(readPorts(file)).deep.equals(second);
  });

  it('are kept while our own service listens on them', async () => {
    const { a } = await ensurePorts(file, ['a'], isDown, true);
    await whileTaken(a, async () => {
      expect(await ensurePorts(file, ['a'], () => false, false)).deep.equals({ a });
    });
  });

  it('move when another process took one and nothing of ours runs', async () => {
    const { a } = await ensurePorts(file, ['a'], isDown, true);
    await whileTaken(a, async () => {
      const moved = await ensurePorts(file, ['a'], isDown, true);
      expect(moved.a).not.equals(a);
    });
  });

  it('stay, with an error that names the port, when other parts of the platform know it', async () => {
    const { a } = await ensurePorts(file, ['a'], isDown, true);
    await whileTaken(a, async () => {
      const error = await ensurePorts(file, ['a'], isDown, false).catch((reason: unknown) => reason);
      expect(error)
        .instanceOf(Error)
        .with.property('message')
        .matches(new RegExp(`port ${a}, kept for a`));
    });
    expect(readPorts(file)).deep.equals({ a });
  });

  it('come from a file that is what it should be', () => {
    writeFileSync(file, '{"a": "80"}');
    expect(() => readPorts(file)).throws(/does not hold ports: remove it/);
  });
});

async function whileTaken(port: number | undefined, work: () => Promise<void>): Promise<void> {
  const server = createServer().listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  try {
    await work();
  } finally {
    server.close();
    await once(server, 'close');
  }
}
