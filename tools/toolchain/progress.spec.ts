import { expect } from 'chai';
import { createProgress, formatSeconds } from './progress.ts';

describe('progress', () => {
  const run = (
    isTTY: boolean,
    act: (progress: ReturnType<typeof createProgress>, wait: (ms: number) => void) => void,
  ) => {
    let now = 0;
    let written = '';
    const write = (text: string) => {
      written += text;
    };
    act(
      createProgress({ isTTY, columns: 40, write }, 2, () => now),
      (ms) => {
        now += ms;
      },
    );
    return written;
  };

  it('writes a line now and then to a log', () => {
    const written = run(false, (progress, wait) => {
      progress.start('etcd 3.6.4');
      for (let step = 0; step < 32; step += 1) {
        progress.doing(`building, ${step} packages`);
        wait(1_000);
      }
      progress.done('built');
      progress.start('kwok 0.8.0');
      progress.done('kept from before');
    });
    expect(written.split('\n')).to.deep.equal([
      '[1/2] etcd 3.6.4: building, 0 packages (0.0 s)',
      '[1/2] etcd 3.6.4: building, 30 packages (30 s)',
      '[1/2] etcd 3.6.4: built (32 s)',
      '[2/2] kwok 0.8.0: kept from before (0.0 s)',
      '',
    ]);
  });

  it('rewrites one line on a terminal, cut to its width', () => {
    const written = run(true, (progress) => {
      progress.start('etcd 3.6.4');
      progress.doing('building etcd: 12 packages compiled');
      progress.done('built');
    });
    expect(written.split('\r\u001b[K')).to.deep.equal([
      '',
      '[1/2] etcd 3.6.4: building etcd: 12 pac',
      '[1/2] etcd 3.6.4: built (0.0 s)\n',
    ]);
  });

  it('tells times as people do', () => {
    const told = [0.04, 9.94, 9.96, 59.4, 59.6, 243].map(formatSeconds);
    expect(told).to.deep.equal(['0.0 s', '9.9 s', '10.0 s', '59 s', '1 min 00 s', '4 min 03 s']);
  });
});
