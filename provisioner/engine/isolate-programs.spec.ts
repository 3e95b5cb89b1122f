import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** Runs two programs of a language server that, like Pulumi's, listens to the whole process; one goes wrong. */
const SCRIPT = `
import { isolatePrograms } from ${JSON.stringify(new URL('./isolate-programs.ts', import.meta.url).href)};
class LanguageServer {
  constructor(program) { this.program = program; }
  async run(call, callback) {
    const errors = [];
    const listener = (error) => errors.push(error.message);
    process.on('uncaughtException', listener);
    process.on('unhandledRejection', listener);
    await this.program();
    callback(null, errors.join());
  }
}
isolatePrograms(LanguageServer, (error) => console.log('late', error.message));
isolatePrograms(LanguageServer, () => {});
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const run = (name, program) => new LanguageServer(program).run({}, (_, errors) => console.log(name, errors || 'well'));
const bad = async () => {
  Promise.reject(new Error('rejected'));
  setTimeout(() => { throw new Error('thrown'); }, 5);
  await pause(20);
  setTimeout(() => Promise.reject(new Error('afterwards')), 5);
};
await Promise.all([run('bad', bad), run('good', () => pause(40))]);
await pause(20);
`;

describe('isolation of programs', () => {
  const node = (script: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);

  it('gives an error to the program it came from, and to no other', async () => {
    const { stdout } = await node(SCRIPT);
    expect(stdout.trim().split('\n')).to.have.members([
      'bad rejected,thrown',
      'good well',
      'late afterwards',
    ]);
  });

  for (const stray of [
    "Promise.reject(new Error('stray'))",
    "setTimeout(() => { throw new Error('stray'); })",
  ]) {
    it(`lets the process end by an error of no program: ${stray}`, async () => {
      const failure = await node(`${SCRIPT}\n${stray}; await pause(50); console.log('still here');`).catch(
        (e) => e,
      );
      expect(failure.stderr).to.include('stray');
      expect(failure.stdout).not.to.include('still here');
    });
  }

  it("leaves it to the process' own listener where there is one", async () => {
    const own = "process.on('uncaughtException', (error) => console.log('own', error.message));";
    const { stdout } = await node(
      `${SCRIPT}\n${own} setTimeout(() => { throw new Error('stray'); }); await pause(50);`,
    );
    expect(stdout).to.include('own stray');
  });
});
