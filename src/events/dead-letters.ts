import { describeError, type Log } from "../core/log.ts";
import type { Pool } from "../db/client.ts";
import { cutJson } from "./cut-json.ts";
import { keepLetters, type NewLetter } from "./dead-letter-store.ts";
import type { Verdict } from "./verdict.ts";
import { withoutTrailing } from "../core/trailing.ts";

/** Keeps what was refused, for admins to see and replay. Nobody waits for it and nothing fails because of it. */
export interface DeadLetters {
  keepRefused(events: readonly unknown[], verdicts: readonly Verdict[], source: string): void;
  /** Writes what is still held. */
  drain(): Promise<void>;
}

const LARGEST_BODY_BYTES = 8 * 1024;
const LETTERS_HELD = 500;

export function createDeadLetters({ pool, log }: { readonly pool: Pool; readonly log?: Log }): DeadLetters {
  let held: NewLetter[] = [];
  let writing: Promise<void> | null = null;

  async function writeHeld(): Promise<void> {
    while (held.length > 0) {
      const letters = held;
      held = [];
      try {
        await keepLetters(pool, letters);
      } catch (thrown) {
        log?.warn({ letters: letters.length, ...describeError(thrown) }, "refused events could not be kept");
      }
    }
    writing = null;
  }

  return {
    keepRefused(events, verdicts, source) {
      verdicts.forEach((verdict, at) => {
        if (verdict.verdict === "accepted" || verdict.verdict === "duplicate" || held.length >= LETTERS_HELD) return;
        held.push({ source, code: verdict.code, reason: verdict.reason, body: bodyOf(events[at]) });
      });
      if (held.length > 0) writing ??= writeHeld();
    },
    async drain() {
      await writing;
    },
  };
}

/** JSON text cut to 8 KB; empty when the event has no such form (nested too deeply, say). */
function bodyOf(event: unknown): string {
  const bytes = Buffer.from(cutJson(event, LARGEST_BODY_BYTES) ?? "");
  if (bytes.length <= LARGEST_BODY_BYTES) return bytes.toString();
  return withoutTrailing(bytes.subarray(0, LARGEST_BODY_BYTES).toString(), "\uFFFD");
}
