/** Where the client's own lines go; `console` and a pino logger fit. */
export interface ClientLog {
  info(line: string): void;
  warn(line: string): void;
}

/** Lines of the client and of its trackers. They never hold a key, nor an id that was recorded. */
export interface Notices {
  /** Said once, when something is set up. */
  set(line: string): void;
  /** Something is wrong: one line a minute at most, whatever it is; the rest is only counted. */
  wrong(line: string): void;
}

const QUIET_MS = 60_000;

const STANDARD_ERROR: ClientLog = {
  info: (line) => void process.stderr.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
};

/** `null` keeps silent. */
export function createNotices(log: ClientLog | null | undefined, nowMs: () => number): Notices {
  const target = log === undefined ? STANDARD_ERROR : log;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  const say = (level: "info" | "warn", line: string) => {
    try {
      target?.[level](`bellwether: ${line}`);
    } catch {
      // A log that throws must not stop the application that is watched.
    }
  };
  return {
    set: (line) => say("info", line),
    wrong(line) {
      const now = nowMs();
      if (Math.abs(now - saidAtMs) < QUIET_MS) {
        unsaid += 1;
        return;
      }
      say("warn", unsaid === 0 ? line : `${line} (${unsaid} more since the last line)`);
      saidAtMs = now;
      unsaid = 0;
    },
  };
}
