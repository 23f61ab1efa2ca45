import type { Temporal } from "../../core/time.ts";
import type { ChatPlatform, Lookup, Posting, PostOutcome } from "../platform.ts";

/** Clocks of a platform and of the database may differ. */
const LOOK_BACK_MINUTES = 15;
const TOO_LATE = "the platform did not answer in time";

type Callee = Pick<ChatPlatform, "post" | "lookUp">;

/** Answers within `limitMs` and never rejects, whatever the adapter does: what it did not say for certain is uncertain. */
export async function post(platform: Callee, posting: Posting, limitMs: number): Promise<PostOutcome> {
  return within<PostOutcome>(platform.post(posting), limitMs, (reason) => ({ outcome: "uncertain", reason }));
}

/** The same for the look-up of a message that was due at `dueAt`. */
export async function lookUp(
  platform: Callee,
  posting: Pick<Posting, "destination" | "key">,
  { dueAt, limitMs }: { readonly dueAt: Temporal.Instant; readonly limitMs: number },
): Promise<Lookup> {
  const answer = platform.lookUp(posting, dueAt.subtract({ minutes: LOOK_BACK_MINUTES }));
  return within<Lookup>(answer, limitMs, (reason) => ({ found: "unknown", reason }));
}

async function within<T>(answer: Promise<T>, ms: number, unclear: (reason: string) => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(unclear(TOO_LATE)), ms);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } catch (error) {
    return unclear(`the adapter failed (${error instanceof Error ? error.name : typeof error})`);
  } finally {
    clearTimeout(timer);
  }
}
