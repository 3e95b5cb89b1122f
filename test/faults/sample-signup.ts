/** A signup like any other. */
import type { Signup } from '../../provisioner/intake/accept-signup.ts';
import { type SignupBody, signupBodySchema } from '../../tenancy/signup.ts';

export function signupBody(slug: string): SignupBody {
  return signupBodySchema.parse({ slug, company: 'Acme Ltd', email: 'ada@acme.example', plan: 'team' });
}

/** As the API hands it on; the slug is its key as well. */
export function sampleSignup(slug: string): Signup {
  return { caller: 'api:faults', idempotencyKey: slug, body: signupBody(slug), requestId: `request-${slug}` };
}
