/** Valkey: the queues' server. An append-only file, nothing evicted, a password. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Platform, portOf } from '../platform.ts';
import { writePrivateFile } from '../private-file.ts';
import type { Service, Task } from '../unit.ts';

export function valkey(platform: Platform): Service {
  return {
    kind: 'service',
    name: 'valkey',
    dependsOn: ['valkey-config'],
    address: `127.0.0.1:${portOf(platform, 'valkey')}`,
    launch: (toolchain) => ({ command: toolchain.valkeyServer, args: [configFile(platform)] }),
    isHealthy: () => answersPing(redisUrl(platform)),
  };
}

/** The password stands in a private file, since a command line is everyone's to read. */
export function valkeyConfigTask(platform: Platform): Task {
  return {
    kind: 'task',
    name: 'valkey-config',
    dependsOn: [],
    run: async () => {
      mkdirSync(platform.layout.valkeyData, { recursive: true, mode: 0o700 });
      const settings = {
        bind: '127.0.0.1',
        port: portOf(platform, 'valkey'),
        requirepass: platform.secrets.valkey,
        dir: platform.layout.valkeyData,
        appendonly: 'yes',
        appendfsync: 'everysec',
        save: '""',
        'maxmemory-policy': 'noeviction',
      };
      const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
      writePrivateFile(configFile(platform), lines.join(''));
    },
  };
}

export function redisUrl(platform: Platform): string {
  return `redis://:${platform.secrets.valkey}@127.0.0.1:${portOf(platform, 'valkey')}`;
}

async function answersPing(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
  });
  // Each failure also rejects the call below.
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}

function configFile(platform: Platform): string {
  return join(platform.layout.valkeyData, 'valkey.conf');
}
