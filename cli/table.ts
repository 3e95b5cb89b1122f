/** Tables and field lists for people. Every value is made printable here, so no caller can forget it. */
import { paint, printable, type Style } from './terminal.ts';

export interface Column<Row> {
  readonly header: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
  readonly style?: (row: Row) => Style | undefined;
}

interface Cell {
  readonly text: string;
  readonly style: Style | undefined;
}

const GAP = '  ';

/**
 * Lines of a table, header first.
 * @param width cuts each line to so many characters, for a terminal that must not wrap
 */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const header = columns.map((column): Cell => ({ text: column.header, style: 'bold' }));
  const body = rows.map((row) =>
    columns.map((column): Cell => ({ text: printable(column.value(row)), style: column.style?.(row) })),
  );
  const lines = [header, ...body];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => length(cells[index]?.text ?? ''))),
  );
  return lines.map((cells) => line(columns, cells, widths, width));
}

/** Lines of "name  value", the values aligned. */
export function fieldLines(
  fields: readonly (readonly [name: string, value: string, style?: Style])[],
): string[] {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(
    ([name, value, style]) => `${paint('bold', name.padEnd(width))}${GAP}${paint(style, printable(value))}`,
  );
}

function line<Row>(
  columns: readonly Column<Row>[],
  cells: readonly Cell[],
  widths: readonly number[],
  width: number,
): string {
  let room = width;
  const parts = cells.map(({ text, style }, index) => {
    const gap = index === 0 ? '' : cut(GAP, room);
    const last = index === cells.length - 1;
    const padding = ' '.repeat((widths[index] ?? 0) - length(text));
    const padded = columns[index]?.align === 'right' ? padding + text : text + (last ? '' : padding);
    const shown = cut(padded, room - gap.length);
    room -= gap.length + length(shown);
    return gap + paint(style, shown);
  });
  return parts.join('').trimEnd();
}

/** Characters as people count them, near enough: code points. */
function length(text: string): number {
  return [...text].length;
}

/** As much of the text as there is room for; an ellipsis tells that something is missing. */
function cut(text: string, room: number): string {
  const characters = [...text];
  if (characters.length <= room) return text;
  return room <= 0 ? '' : `${characters.slice(0, room - 1).join('')}…`;
}
