import type { Notices } from "./notices.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import { createPause } from "./pause.ts";
import { wordsFor, type Post } from "./post.ts";
import { retryDelayMs, type RetryPace } from "./retry-delay.ts";

export interface AttemptsParts {
  readonly post: Post;
  readonly notices: Notices;
  readonly nowMs: () => number;
  readonly pace: RetryPace;
  /** How the client stands, for the line that says what is wrong. */
  readonly standing: () => string;
}

export type Conclusion =
  | Extract<Outcome, { kind: "taken" }>
  | { readonly kind: "given_up"; readonly why: string }
  | { readonly kind: "stopped" };

/** Brings one batch at a time: the same bytes until the answer is known. */
export interface Attempts {
  bring(body: string, count: number): Promise<Conclusion>;
  /** Rests when the last batch was given up: the next would fare the same. */
  recover(): Promise<void>;
  /** Goes on at once with what is resting. */
  hurry(): void;
  /** Breaks off. */
  stop(): void;
  readonly retries: number;
}

const ATTEMPTS_WHEN_HOPELESS = 5;

export function createAttempts({ post, notices, nowMs, pace, standing }: AttemptsParts): Attempts {
  const pause = createPause();
  let stopped = false;
  let failures = 0;
  let retries = 0;

  async function attempt(body: string, count: number): Promise<Outcome> {
    try {
      return outcomeOf(await post.send(body), count, nowMs());
    } catch (failure) {
      return { kind: "try_again", why: wordsFor(failure), afterMs: null, hopeless: false };
    }
  }

  async function bring(body: string, count: number): Promise<Conclusion> {
    let hopeless = 0;
    for (let tries = 1; !stopped; tries += 1) {
      const outcome = await attempt(body, count);
      if (outcome.kind === "taken") {
        failures = 0;
        return outcome;
      }
      failures += 1;
      if (outcome.kind === "refused") return { kind: "given_up", why: outcome.why };
      if (stopped) break;
      hopeless = outcome.hopeless ? hopeless + 1 : 0;
      if (hopeless === ATTEMPTS_WHEN_HOPELESS) return { kind: "given_up", why: outcome.why };
      // One failure is no news.
      if (tries > 1) notices.wrong(`events cannot be brought: ${outcome.why}; ${standing()}`);
      await pause.rest(retryDelayMs(failures, outcome.afterMs, pace));
      retries += 1;
    }
    return { kind: "stopped" };
  }

  return {
    bring,
    async recover() {
      if (failures > 0 && !stopped) await pause.rest(retryDelayMs(failures, null, pace));
    },
    hurry: () => pause.cut(),
    stop() {
      stopped = true;
      post.close();
      pause.cut();
    },
    get retries() {
      return retries;
    },
  };
}
