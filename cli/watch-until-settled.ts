import type { TenantView } from '../tenancy/tenant-view.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import { type WatchView, watchTenants } from './watch-tenants.ts';

export interface WatchOptions {
  readonly read: () => Promise<TenantView[]>;
  readonly show: WatchView;
  readonly timeoutSeconds: number | undefined;
}

/**
 * Watches until all tenants have settled.
 * @throws CommandError when one failed, when time ran out, on Ctrl-C
 */
export async function watchUntilSettled({ read, show, timeoutSeconds }: WatchOptions): Promise<TenantView[]> {
  const stop = new AbortController();
  const interrupt = () =>
    stop.abort(new CommandError(EXIT.interrupted, 'interrupted; the tenants go on without you'));
  const expire = () =>
    stop.abort(
      new CommandError(EXIT.timeout, `not settled within ${timeoutSeconds} s; it goes on without you`),
    );
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(expire, timeoutSeconds * 1000);
  process.once('SIGINT', interrupt);
  try {
    const tenants = await watchTenants({ read, show, signal: stop.signal });
    const failed = tenants.filter((tenant) => tenant.state === 'failed');
    if (failed.length === 0) return tenants;
    const names = failed.map((tenant) => `${tenant.slug} (${tenant.reason})`);
    throw new CommandError(EXIT.failure, `failed: ${names.join(', ')}`);
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupt);
  }
}
