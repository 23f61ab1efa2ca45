interface DeafnessParts {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Asks the gateway for something that it answers at once. */
  readonly ask: () => void;
  readonly onDeaf: () => void;
}

/** Tells a quiet gateway from a deaf one, which still answers heartbeats but sends nothing. */
export interface Deafness {
  /** Something other than a heartbeat came. */
  heard(): void;
  /** To be called every `CHECK_EVERY_MS`. */
  check(): void;
}

export const CHECK_EVERY_MS = 10_000;
const QUIET_MS = 45_000;
const PATIENCE_MS = 30_000;

/** After 45 s of quiet it asks; without an answer for 30 s the gateway is deaf. Noticed within 95 s. */
export function createDeafness({ now, ask, onDeaf }: DeafnessParts): Deafness {
  let heardAt = now();
  let askedAt: number | null = null;
  return {
    heard() {
      heardAt = now();
      askedAt = null;
    },
    check() {
      if (askedAt !== null && now() - askedAt >= PATIENCE_MS) {
        heardAt = now();
        askedAt = null;
        onDeaf();
      } else if (askedAt === null && now() - heardAt >= QUIET_MS) {
        askedAt = now();
        ask();
      }
    },
  };
}
