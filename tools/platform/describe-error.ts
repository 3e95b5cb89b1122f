/** An error with all its causes, one a line, for people. */

export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : causesOf(error);
  return [error.message, ...parts.map((part) => indent(describeError(part)))].join('\n');
}

function causesOf(error: Error): unknown[] {
  return error.cause === undefined ? [] : [error.cause];
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
