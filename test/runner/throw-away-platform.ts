/** Engines for one test run, in a temporary directory, on ports of their own: nothing of `.landlord/` is touched. */
import { bringUp } from '../../tools/platform/bring-up.ts';
import { ENGINE_PORTS, engineUnits } from '../../tools/platform/engines.ts';
import { openPlatform, type Platform, preparePlatform } from '../../tools/platform/platform.ts';
import { ownerUrl, superuserUrl } from '../../tools/platform/services/postgres.ts';
import { redisUrl } from '../../tools/platform/services/valkey.ts';
import { takeDown } from '../../tools/platform/take-down.ts';
import { locateToolchain } from '../../tools/toolchain/locate.ts';

/** Starts them and returns what specs read from their environment (test/support/environment.ts). */
export async function startEngines(directory: string): Promise<Record<string, string>> {
  const toolchain = await locateToolchain();
  const platform = await preparePlatform({ directory, ports: ENGINE_PORTS, isDurable: false });
  await bringUp(platform.layout, engineUnits(platform), toolchain);
  return { ...addresses(platform), PATH_PREFIX: toolchain.bin };
}

function addresses(platform: Platform): Record<string, string> {
  return {
    KUBECONFIG: platform.layout.kubeconfig,
    LANDLORD_TEST_SUPERUSER_URL: superuserUrl(platform),
    LANDLORD_TEST_OWNER_URL: ownerUrl(platform, 'postgres'),
    REDIS_URL: redisUrl(platform),
  };
}

/** Stops whatever of them runs. */
export async function stopEngines(directory: string): Promise<void> {
  const platform = openPlatform(directory);
  if (platform !== undefined) await takeDown(platform.layout, engineUnits(platform));
}
