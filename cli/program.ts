/** The command line's grammar. Each command adds itself. */
import { Command } from 'commander';
import { addAuditList } from './audit-list.ts';
import { addAuditVerify } from './audit-verify.ts';
import { addDrift } from './drift.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { addOperationsShow } from './operations-show.ts';
import { examples } from './options.ts';
import { addOrphans } from './orphans.ts';
import { addQueues } from './queues.ts';
import { addSignup } from './signup.ts';
import { addStatus } from './status.ts';
import { addTenantsDelete } from './tenants-delete.ts';
import { addTenantsGuards } from './tenants-guards.ts';
import { addTenantsList } from './tenants-list.ts';
import { addTenantsOverride } from './tenants-override.ts';
import { addTenantsShow } from './tenants-show.ts';
import { addTenantsUpdate } from './tenants-update.ts';
import { addTenantsWatch } from './tenants-watch.ts';
import { addTenantsWishes } from './tenants-wish.ts';

const ENVIRONMENT_HELP = `
Connection:
  LANDLORD_API_URL and LANDLORD_API_TOKEN of the environment, else of the
  .landlord/dev.env that "make up" writes. NO_COLOR=1 turns colours off.
`;

/** The program; it throws CommanderError where commander would end the process. */
export function createProgram(): Command {
  // Before any command is added: commands inherit these settings when they are made.
  const program = new Command('landlord').exitOverride().showHelpAfterError('Run with --help for examples.');
  program
    .description('Landlord, the platform under a multi-tenant product: sign up, follow and inspect tenants')
    .addHelpText(
      'after',
      [
        examples(
          'landlord signup --slug acme --company "Acme Ltd" --email ada@acme.example --plan team --wait',
          'landlord tenants list',
          'landlord operations show acme',
          'landlord status',
        ),
        ENVIRONMENT_HELP.trimEnd(),
        EXIT_CODES_HELP.trimEnd(),
      ].join('\n'),
    );
  addSignup(program);
  const tenants = program
    .command('tenants')
    .description('list, show, follow and change tenants')
    .addHelpText(
      'after',
      examples('landlord tenants list', 'landlord tenants update acme --plan team --wait'),
    );
  addTenantsList(tenants);
  addTenantsShow(tenants);
  addTenantsWatch(tenants);
  addTenantsUpdate(tenants);
  addTenantsOverride(tenants);
  addTenantsWishes(tenants);
  addTenantsDelete(tenants);
  addTenantsGuards(tenants);
  const operations = program
    .command('operations')
    .description('what was done for a tenant, step by step')
    .addHelpText('after', examples('landlord operations show acme'));
  addOperationsShow(operations);
  const audit = program
    .command('audit')
    .description('who did what, and whether that record is whole')
    .addHelpText('after', examples('landlord audit list', 'landlord audit verify'));
  addAuditList(audit);
  addAuditVerify(audit);
  addQueues(program);
  addDrift(program);
  addOrphans(program);
  addStatus(program);
  return program;
}
