import { expect } from 'chai';
import { type Column, fieldLines, tableLines } from './table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const columns: readonly Column<Row>[] = [
  { header: 'NAME', value: ({ name }) => name },
  { header: 'COUNT', value: ({ count }) => String(count), align: 'right' },
  { header: 'NOTE', value: ({ note }) => note },
];

describe('tableLines', () => {
  it('aligns columns and leaves no blanks at the end', () => {
    const rows = [
      { name: 'a', count: 1000000, note: '' },
      { name: 'zürich', count: 2, note: 'x' },
    ];
    expect(tableLines(columns, rows)).to.deep.equal([
      'NAME      COUNT  NOTE',
      'a       1000000',
      'zürich        2  x',
    ]);
  });

  it('takes control characters out of every value', () => {
    const [, line] = tableLines(columns, [{ name: 'a\u001b[2J\r\nb', count: 1, note: '\u202ex\u009b' }]);
    expect(line).to.equal('a[2Jb      1  x');
  });

  for (const width of [1, 5, 12, 20, 80]) {
    it(`makes no line longer than ${width} characters`, () => {
      const rows = [{ name: 'tenant', count: 7, note: 'a long reason that does not fit' }];
      for (const line of tableLines(columns, rows, width)) expect(line.length).to.be.at.most(width);
    });
  }
});

describe('fieldLines', () => {
  it('aligns values and makes them printable', () => {
    expect(
      fieldLines([
        ['id', 't_1'],
        ['company', 'Acme\u0007'],
      ]),
    ).to.deep.equal(['id       t_1', 'company  Acme']);
  });
});
