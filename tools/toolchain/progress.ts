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

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A log need not grow by a line for every package compiled. */
const MS_BETWEEN_LOG_LINES = 30_000;
/** On a terminal the time runs on while nothing else changes. */
const TICK_MS = 1_000;
const CLEAR_LINE = '\r\u001b[K';

/** Numbers the parts `[1/total]` and so on. `now` gives milliseconds. */
export function createProgress(
  output: Output,
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  let part = { number: 0, name: '', doing: '', startedAt: 0, loggedAt: Number.NEGATIVE_INFINITY };
  let ticker: NodeJS.Timeout | undefined;
  const line = (text: string) =>
    `[${part.number}/${total}] ${part.name}: ${text} (${formatSeconds((now() - part.startedAt) / 1000)})`;
  const show = () => output.write(CLEAR_LINE + line(part.doing).slice(0, (output.columns ?? 80) - 1));
  const say = (text: string) => output.write(`${output.isTTY ? CLEAR_LINE : ''}${text}\n`);
  const log = () => {
    if (now() - part.loggedAt < MS_BETWEEN_LOG_LINES) return;
    part.loggedAt = now();
    say(line(part.doing));
  };
  return {
    start(name) {
      const number = part.number + 1;
      part = { number, name, doing: 'looking', startedAt: now(), loggedAt: Number.NEGATIVE_INFINITY };
      if (output.isTTY) ticker = setInterval(show, TICK_MS).unref();
    },
    doing(what) {
      part.doing = what;
      if (output.isTTY) show();
      else log();
    },
    done(how) {
      clearInterval(ticker);
      say(line(how));
    },
    say,
  };
}

/** `0.3 s`, `42 s`, `4 min 03 s` */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
