/** The HTTP API as a process of its own, and a client that tries again with the same key. */
import { z } from 'zod';
import { tenantIdSchema } from '../../tenancy/ids.ts';
import { type ProvisionerProcess, startProvisionerProcess } from '../support/provisioner-process.ts';
import type { FailpointInput } from './failpoint-schema.ts';
import { FAILPOINT_MODULE } from './preloads.ts';
import { signupBody } from './sample-signup.ts';
import type { Stage } from './stage.ts';

const acceptedSchema = z.looseObject({ tenantId: tenantIdSchema.optional() });
const TOKEN = 'token-of-the-faults-0123456789';

export interface ApiProcess extends ProvisionerProcess {
  /** Sends the signup once. @throws when there is no answer */
  signUp(slug: string): Promise<Response>;
}

export interface ApiOptions {
  readonly failpoint?: FailpointInput;
  readonly controlUrl?: string;
}

export async function startApiProcess(stage: Stage, options: ApiOptions = {}): Promise<ApiProcess> {
  const { failpoint, controlUrl = stage.control.url } = options;
  const child = await startProvisionerProcess({
    main: 'api-main.ts',
    startedLine: '"api started"',
    environment: {
      CONTROL_DATABASE_URL: controlUrl,
      REDIS_URL: stage.queue.redisUrl,
      LANDLORD_QUEUE_PREFIX: stage.queue.prefix,
      LANDLORD_API_TOKEN: TOKEN,
      LANDLORD_API_PORT: '0',
      ...(failpoint && { LANDLORD_FAILPOINT: JSON.stringify(failpoint) }),
    },
    preload: failpoint && FAILPOINT_MODULE,
  });
  const { port } = JSON.parse(child.log.at(-1) ?? '{}');
  return {
    ...child,
    signUp: (slug) =>
      fetch(`http://127.0.0.1:${port}/v1/tenants`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'idempotency-key': slug,
          connection: 'close',
        },
        body: JSON.stringify(signupBody(slug)),
        signal: AbortSignal.timeout(20_000),
      }),
  };
}

/** Sends the signup, expects it to be accepted, and notes the tenant. */
export async function acceptedBy(api: ApiProcess, stage: Stage, slug: string): Promise<void> {
  const answer = await api.signUp(slug);
  const body = acceptedSchema.parse(await answer.json());
  if (answer.status !== 202) throw new Error(`signup ${slug}: ${answer.status} ${JSON.stringify(body)}`);
  stage.accepted.set(slug, tenantIdSchema.parse(body.tenantId));
}
