/** What a program needs to use the platform, as `KEY=value` lines in a private file. */
import { auditPublicKey, readAuditKey } from '../../tenancy/audit/keys.ts';
import type { Toolchain } from '../toolchain/locate.ts';
import { type Platform, portOf } from './platform.ts';
import { writePrivateFile } from './private-file.ts';
import { CONTROL_DATABASE, TENANTS_DATABASE } from './services/databases-task.ts';
import { ownerUrl } from './services/postgres.ts';
import { redisUrl } from './services/valkey.ts';

export type DevEnvironment = Readonly<Record<string, string>>;

export function devEnvironment(platform: Platform, toolchain: Toolchain): DevEnvironment {
  return {
    CONTROL_DATABASE_URL: ownerUrl(platform, CONTROL_DATABASE),
    TENANT_DATABASE_URL: ownerUrl(platform, TENANTS_DATABASE),
    REDIS_URL: redisUrl(platform),
    KUBECONFIG: platform.layout.kubeconfig,
    LANDLORD_API_URL: `http://127.0.0.1:${portOf(platform, 'api')}`,
    LANDLORD_API_TOKEN: platform.secrets.apiToken,
    LANDLORD_APPROVER_TOKEN: platform.secrets.approverToken,
    LANDLORD_STATE_PASSPHRASE: platform.secrets.statePassphrase,
    LANDLORD_AUDIT_PUBLIC_KEY: auditPublicKey(readAuditKey(platform.secrets.auditKey)),
    LANDLORD_CHECKPOINTS_DIRECTORY: platform.layout.checkpoints,
    // Where pulumi and kubectl are.
    PATH_PREFIX: toolchain.bin,
  };
}

/** Writes `.landlord/dev.env`. A path with a space in it is quoted, for shells and for Node's parseEnv alike. */
export function writeDevEnv(platform: Platform, toolchain: Toolchain): void {
  const lines = Object.entries(devEnvironment(platform, toolchain)).map(
    ([name, value]) => `${name}=${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value}'`}\n`,
  );
  writePrivateFile(platform.layout.devEnv, lines.join(''));
}
