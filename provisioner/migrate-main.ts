/** `node provisioner/migrate-main.ts`: migrates the control database, then ends. */
import { readControlConfig } from './config.ts';
import { createLogger } from './log.ts';
import { migrateControlDatabase } from './migrate.ts';

const config = readControlConfig(process.env);
const ran = await migrateControlDatabase(config.CONTROL_DATABASE_URL);
createLogger('migrate', config.LOG_LEVEL).info('control database is up to date', { ran });
