import { expect } from 'chai';
import { statusTable } from './status-table.ts';

describe('statusTable', () => {
  it('aligns its columns and sums the memory', () => {
    const table = statusTable([
      { name: 'postgres', state: 'running', pid: 71, address: '127.0.0.1:1', memoryBytes: 53_400_000 },
      { name: 'api', state: 'died', pid: null, address: 'http://127.0.0.1:2', memoryBytes: null },
    ]);
    expect(table.split('\n')).deep.equals([
      'NAME      STATE    PID  ADDRESS             MEMORY',
      'postgres  running  71   127.0.0.1:1          53 MB',
      'api       died     -    http://127.0.0.1:2       -',
      'total                                        53 MB',
      '',
    ]);
  });

  it('says what to do when nothing was started', () => {
    expect(statusTable([])).includes('make up');
  });
});
