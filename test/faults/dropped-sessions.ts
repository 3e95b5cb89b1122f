/**
 * Loaded before a worker (`node --import`): its first LANDLORD_DROPPED_SESSIONS incoming gRPC connections, those of the
 * CLI to the resident provider among them, end a moment after they were made.
 */
import http2 from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';

const DROP_AFTER_MS = 400;
const { createServer } = http2;
let left = Number(process.env.LANDLORD_DROPPED_SESSIONS);

http2.createServer = ((...args: Parameters<typeof createServer>) =>
  createServer(...args).on('session', (session) => {
    left -= 1;
    if (left >= 0) setTimeout(() => session.destroy(), DROP_AFTER_MS);
  })) as typeof createServer;
syncBuiltinESMExports();
