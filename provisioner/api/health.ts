/** `/healthz`: the process answers. `/readyz`: so does everything it needs. Both without a token. */
import type { RequestHandler } from 'express';
import { plain, sendProblem } from './problem.ts';

export const healthy: RequestHandler = (_request, response) => {
  response.json({ status: 'alive' });
};

/** `ready` names what is missing; an empty list means all is there. */
export function readiness(ready: () => Promise<string[]>): RequestHandler {
  return async (_request, response) => {
    const missing = await ready();
    if (missing.length === 0) {
      response.json({ status: 'ready' });
      return;
    }
    const { problem } = plain(503, `Not ready: ${missing.join('; ')}.`);
    sendProblem(response, { problem: { ...problem, missing }, headers: { 'Retry-After': '2' } });
  };
}
