import { trouble, type Attempt, type Trouble } from "../../conversation.ts";
import { WHYS } from "./refusal-codes.ts";
import { failureOf, refusalCode } from "./refusals.ts";

/** What a failed call means that may be made again. */
export function troubleOf(thrown: unknown): Trouble {
  const failure = failureOf(thrown);
  if (failure.outcome === "uncertain") return trouble("unclear", `${failure.reason} Try again.`);
  const code = refusalCode(thrown);
  const { reason, retryAfterMs } = failure;
  if (failure.everywhere === true) return trouble("token", reason);
  if (retryAfterMs !== null || code === "ratelimited") return trouble("busy", reason, retryAfterMs);
  if (code === null) return trouble("unclear", `${reason} Try again.`);
  return trouble(WHYS[code] ?? "refused", reason);
}

/** What `call` gives, or what went wrong. */
export async function attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (thrown) {
    return troubleOf(thrown);
  }
}
