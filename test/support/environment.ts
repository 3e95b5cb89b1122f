/** What the runner passes to specs: the addresses of the throw-away platform. */

type Name =
  | 'KUBECONFIG'
  | 'LANDLORD_TEST_SUPERUSER_URL'
  | 'LANDLORD_TEST_OWNER_URL'
  | 'REDIS_URL'
  | 'PATH_PREFIX';

/** A value of the runner's. @throws Error when the spec runs without it */
export function fromRunner(name: Name): string {
  const value = process.env[name];
  if (value !== undefined && process.env.LANDLORD_TEST_RUN !== undefined) return value;
  throw new Error('this spec needs a throw-away platform: run it with "node test/run.ts FILE"');
}
