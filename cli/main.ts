#!/usr/bin/env node
/** The `landlord` command: tenants through the HTTP API, the machine's own platform through tools/. */
import { createProgram } from './program.ts';
import { reportFailure } from './report-failure.ts';

// A reader that leaves early (`landlord tenants list | head -1`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, { json: process.argv.includes('--json') });
}
