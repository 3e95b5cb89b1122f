/** A line to an engine that can be slowed, cut, or made silent. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Milliseconds that every piece of data waits, each way. */
  delayMs: number;
  /** While true nothing passes either way, and nothing is closed. */
  isBlackHole: boolean;
  /** Resets all connections there are. */
  cut(): void;
  /** The next answer that `matches` is lost, and its connection with it; resolves when that has happened. */
  loseAnswer(matches: (answer: Buffer) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let losing: { matches: (answer: Buffer) => boolean; done: () => void } | undefined;
  const server = createServer((client) => {
    const engine = connect(target);
    const cut = () => [client, engine].forEach((socket) => void socket.destroy());
    const pass = (from: Socket, to: Socket, isAnswer: boolean) =>
      from.on('data', (data) => {
        if (proxy.isBlackHole) return;
        if (isAnswer && losing?.matches(data)) {
          cut();
          losing.done();
          losing = undefined;
          return;
        }
        setTimeout(() => to.writable && to.write(data), proxy.delayMs);
      });
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', () => sockets.delete(socket) && cut());
    }
    pass(client, engine, false);
    pass(engine, client, true);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    isBlackHole: false,
    cut: () => sockets.forEach((socket) => void socket.resetAndDestroy()),
    loseAnswer(matches) {
      const { promise, resolve } = Promise.withResolvers<void>();
      losing = { matches, done: resolve };
      return promise;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** The same URL by way of the proxy. */
export function throughProxy(url: string, proxy: TcpProxy): string {
  const there = new URL(url);
  there.hostname = '127.0.0.1';
  there.port = `${proxy.port}`;
  return there.href;
}
