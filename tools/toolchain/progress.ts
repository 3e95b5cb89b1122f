/** Tells a person what the set-up does, how far it is and how long it took. */
export interface Progress {
  /** Begins the next part. */
  start(part: string): void;
  /** What it is doing now: shown at once on a terminal, now and then elsewhere. */
  doing(what: string): void;
  /** Ends the part. */
  done(how: string): void;
  /** A line of its own. */
  say(line: string): void;
}

/** A log need not grow by a line for every package compiled. */
const SECONDS_BETWEEN_LOG_LINES = 30;

export function createProgress(
  stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown },
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  let count = 0;
  let prefix = '';
  let startedAt = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  const elapsed = () => formatSeconds((now() - startedAt) / 1000);
  const clear = () => stream.isTTY === true && stream.write('\r\u001b[K');
  return {
    start(part) {
      count += 1;
      prefix = `[${count}/${total}] ${part}`;
      startedAt = now();
      loggedAt = Number.NEGATIVE_INFINITY;
    },
    doing(what) {
      const line = `${prefix}: ${what}, ${elapsed()}`;
      if (stream.isTTY === true) {
        stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
      } else if (now() - loggedAt >= SECONDS_BETWEEN_LOG_LINES * 1000) {
        loggedAt = now();
        stream.write(`${line}\n`);
      }
    },
    done(how) {
      clear();
      stream.write(`${prefix}: ${how} (${elapsed()})\n`);
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
  };
}

/** `0.3 s`, `42 s`, `4 min 03 s` */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
