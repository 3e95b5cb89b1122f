/** Asks an HTTP health check. */
import { get } from 'node:http';

const TIMEOUT_MS = 2_000;

/** Whether the address answers 200 within two seconds. */
export function isOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
