import { setTimeout as sleep } from "node:timers/promises";
import type { SlackMessage } from "./block-kit.ts";

const ANSWER_MS = 8_000;
const MOST_TRIES = 3;
const LONGEST_WAIT_SECONDS = 20;

/** Slack said no: `invalid_blocks`, `used_url`, `expired_url`. */
class ResponseRefused extends Error {
  override readonly name = "ResponseRefused";
}

/** Whether no answer can be given there any more. */
export function isOver(thrown: unknown): boolean {
  return thrown instanceof ResponseRefused && /expired_url|used_url/.test(thrown.message);
}

/**
 * Answers a command or a click where it was given, to that person alone unless `everyone`. Slack takes five answers within
 * thirty minutes; with `replaces`, in the place of the message that was clicked. An answer to one person that may have arrived is sent again: seen twice is better than never.
 */
export async function respond(
  address: string,
  content: SlackMessage,
  audience: "person" | "everyone",
  replaces = false,
): Promise<void> {
  const body = JSON.stringify({
    response_type: audience === "everyone" ? "in_channel" : "ephemeral",
    replace_original: replaces,
    ...content,
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  });
  for (let tries = 1; ; tries += 1) {
    const answer = await attempt(address, body);
    if (answer.done) return;
    if (answer.refusal !== null) throw new ResponseRefused(answer.refusal);
    if (tries === MOST_TRIES || (audience === "everyone" && !answer.isDefinite)) throw new ResponseRefused("no answer");
    await sleep(answer.waitMs);
  }
}

interface Attempt {
  readonly done: boolean;
  /** False: it may have arrived. */
  readonly isDefinite: boolean;
  readonly refusal: string | null;
  readonly waitMs: number;
}

async function attempt(address: string, body: string): Promise<Attempt> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    if (answer.ok) return { done: true, isDefinite: true, refusal: null, waitMs: 0 };
    const seconds = Number(answer.headers.get("retry-after") ?? "1");
    const again = answer.status === 429 || answer.status >= 500;
    if (again && seconds <= LONGEST_WAIT_SECONDS)
      return { done: false, isDefinite: answer.status === 429, refusal: null, waitMs: seconds * 1000 };
    return { done: false, isDefinite: true, refusal: text.slice(0, 100), waitMs: 0 };
  } catch {
    return { done: false, isDefinite: false, refusal: null, waitMs: 500 };
  }
}
