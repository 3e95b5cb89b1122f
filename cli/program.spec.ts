import { expect } from 'chai';
import type { Command } from 'commander';
import { createProgram } from './program.ts';
import { reportFailure } from './report-failure.ts';

const COMMANDS = [
  ...['signup', 'tenants list', 'tenants show', 'tenants watch', 'operations show'],
  ...['audit list', 'audit verify', 'status'],
  ...['tenants update', 'tenants override', 'tenants suspend', 'tenants resume', 'tenants retry'],
  ...[
    'tenants delete',
    'tenants cancel-deletion',
    'tenants approve-erasure',
    'tenants hold',
    'tenants release',
  ],
  ...['queues list', 'queues dead-letters', 'queues requeue', 'queues drop'],
];

/** Runs the program in this process; all that it writes is gathered. */
async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const program = createProgram();
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const gather = (command: Command): void => {
    command.configureOutput({ writeOut: write, writeErr: write });
    for (const each of command.commands) gather(each);
  };
  gather(program);
  const error = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  return { code: reportFailure(error, { json: false }), output };
}

describe('the command line', () => {
  for (const command of COMMANDS) {
    it(`has help with examples for ${command}`, async () => {
      const { code, output } = await run(...command.split(' '), '--help');
      expect(code).to.equal(0);
      expect(output).to.contain(`Usage: landlord ${command} `);
      expect(output).to.match(new RegExp(`Examples:\n  \\$ landlord ${command}`));
    });
  }

  it('lists its commands, connection and exit codes in its own help', async () => {
    const { code, output } = await run('--help');
    expect(code).to.equal(0);
    for (const part of ['signup', 'tenants', 'operations', 'status', 'LANDLORD_API_URL', 'Exit codes:']) {
      expect(output).to.contain(part);
    }
  });

  for (const args of [
    [],
    ['--none'],
    ['tenants'],
    ['tenants', 'lst'],
    ['tenants', 'show'],
    ['tenants', 'show', 'acme', 'globex'],
    ['signup', '--slug', 'acme'],
    ['tenants', 'watch', '--timeout', 'soon'],
    ['tenants', 'watch', '--timeout', '-1'],
  ]) {
    it(`ends with 2 on "landlord ${args.join(' ')}", and says where help is`, async () => {
      const { code, output } = await run(...args);
      expect(code).to.equal(2);
      expect(output).to.contain('--help');
    });
  }
});
