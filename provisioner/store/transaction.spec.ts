import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { Pool } from 'pg';
import { withConnection } from './transaction.ts';

/** A message of PostgreSQL's protocol 3. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const WELCOME = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))];
const FAREWELL = message('E', Buffer.from('SFATAL\0C57P01\0Mthe server says farewell\0\0'));

describe('withConnection', () => {
  it('outlives a connection that ends in the packet that opens it', async () => {
    const server = createServer((socket) =>
      socket.once('data', () => socket.end(Buffer.concat([...WELCOME, FAREWELL]))),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const pool = new Pool({ host: '127.0.0.1', port, user: 'anyone', database: 'any', ssl: false });
    pool.on('error', () => undefined);
    const outcome = await withConnection(pool, (client) => client.query('SELECT')).catch((error) => error);
    expect(outcome).to.be.instanceOf(Error);
    await pool.end();
    server.close();
  });
});
