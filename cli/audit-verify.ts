/** `landlord audit verify` */
import type { Command } from 'commander';
import type { Verdict } from '../tenancy/audit/verdict.ts';
import { verifyChain } from '../tenancy/audit/verify-chain.ts';
import { readAuditEntries, readAuditSeals } from './audit-records.ts';
import { type AuditOptions, findAuditSettings } from './audit-settings.ts';
import { CommandError } from './command-error.ts';
import { findConnection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { writeJson } from './json.ts';
import { examples } from './options.ts';
import { readCheckpoints } from './read-checkpoints.ts';
import { tableLines } from './table.ts';
import { writeLine } from './terminal.ts';

interface Options extends AuditOptions {
  readonly json?: boolean;
}

/** Workers seal every few seconds; an entry that waits longer is a finding. */
const SEALED_WITHIN_MS = 60_000;

export function addAuditVerify(audit: Command): void {
  audit
    .command('verify')
    .description('find every entry that was changed, taken out, put in, moved or cut off')
    .option('--public-key <key>', 'the seals must be signed by it (default: LANDLORD_AUDIT_PUBLIC_KEY)')
    .option(
      '--checkpoints <directory>',
      'copies of the seals outside the database (default: LANDLORD_CHECKPOINTS_DIRECTORY)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('landlord audit verify', 'landlord audit verify --checkpoints /mnt/checkpoints --json'),
    )
    .action(verify);
}

async function verify(options: Options): Promise<void> {
  const connection = findConnection();
  const { publicKey, checkpoints } = findAuditSettings(options);
  const verdict = await verifyChain({
    seals: readAuditSeals(connection),
    entries: readAuditEntries(connection),
    checkpoints: checkpoints === undefined ? [] : await readCheckpoints(checkpoints),
    publicKey,
    sealedUntil: new Date(Date.now() - SEALED_WITHIN_MS).toISOString(),
  });
  if (options.json) writeJson(verdict);
  else for (const line of [...breakLines(verdict), ...problemLines(verdict)]) writeLine(line);
  const count = verdict.problems.length;
  if (count > 0) {
    const findings = count === 1 ? '1 finding' : `${count} findings`;
    throw new CommandError(EXIT.failure, `the audit log is not sound: ${findings}`);
  }
  if (!options.json) for (const line of soundLines(verdict, checkpoints)) writeLine(line);
}

function breakLines({ breaks }: Verdict): string[] {
  return breaks.map(
    ({ from, to, epoch }) =>
      `Seals ${from} to ${to} were lost when the control database was restored; epoch ${epoch} began then.`,
  );
}

function problemLines({ problems }: Verdict): string[] {
  if (problems.length === 0) return [];
  return tableLines(
    [
      { header: 'FINDING', value: ({ kind }) => kind },
      { header: 'WHAT', value: ({ message }) => message },
    ],
    problems,
  );
}

function soundLines({ seals, sealedEntries, unsealedEntries }: Verdict, checkpoints?: string): string[] {
  return [
    `The audit log is sound: ${sealedEntries} entries in ${seals} seals; ${unsealedEntries} wait for the next seal.`,
    ...(checkpoints === undefined ? ['No checkpoints were given: that it was cut off would not show.'] : []),
  ];
}
