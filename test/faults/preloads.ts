/** Modules that are loaded before one of our programs (`node --import`). */
import { join } from 'node:path';

const here = (name: string) => join(import.meta.dirname, name);

export const FAILPOINT_MODULE = here('failpoint.ts');
export const SHIFTED_CLOCK_MODULE = here('shifted-clock.ts');
export const DROPPED_SESSIONS_MODULE = here('dropped-sessions.ts');
