/** `node provisioner/worker-main.ts`: one provisioner worker, until SIGTERM or SIGINT. */
import { createServer } from 'node:http';
import { readWorkerConfig } from './config.ts';
import { createLogger } from './log.ts';
import { startWorker } from './worker.ts';

const config = readWorkerConfig(process.env);
const logger = createLogger('worker', config.LOG_LEVEL);
const worker = await startWorker(config, logger);

const health = createServer(async (request, response) => {
  const problems = request.url === '/readyz' ? await worker.problems() : [];
  response.writeHead(problems.length === 0 ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: problems.length === 0 ? 'ok' : 'not ready', problems }));
});
health.listen(config.LANDLORD_WORKER_PORT, '127.0.0.1', () =>
  logger.info('worker started', { pid: process.pid }),
);

async function stop(): Promise<void> {
  logger.info('worker stops');
  health.close();
  await worker.close();
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
