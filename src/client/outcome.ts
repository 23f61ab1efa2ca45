/** What became of one attempt to bring a batch. */
export type Outcome =
  | {
      readonly kind: "taken";
      readonly accepted: number;
      readonly duplicates: number;
      readonly rejected: number;
      /** Why the first one was rejected; never a value that was sent. */
      readonly reason: string | null;
    }
  /** Nobody knows whether it arrived, or it should come later: the same ids can be sent again. */
  | {
      readonly kind: "try_again";
      readonly why: string;
      /** The least to wait, if the server said so. */
      readonly afterMs: number | null;
      /** The server is there and answers nonsense: it is not asked for ever. */
      readonly hopeless: boolean;
    }
  | { readonly kind: "refused"; readonly why: string };

/** An answer of HTTP: header names in lower case. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

const PASSING = new Set([408, 425, 429, 502, 503, 504]);
const LONGEST_PAUSE_MS = 15 * 60_000;

/** `count` is how many events were sent. */
export function outcomeOf(answer: Answer, count: number, nowMs: number): Outcome {
  const { status } = answer;
  if (status === 200) return verdictsIn(answer.body, count);
  const why = `the answer is ${status}${codeIn(answer.body)}`;
  if (status >= 500 || PASSING.has(status)) {
    return {
      kind: "try_again",
      why,
      afterMs: pauseOf(answer.retryAfter, nowMs),
      hopeless: !PASSING.has(status),
    };
  }
  if (status >= 300 && status < 400) return { kind: "refused", why: `${why}: the address leads elsewhere` };
  return { kind: "refused", why };
}

function verdictsIn(body: string, count: number): Outcome {
  const answer = parsed(body);
  const [accepted, duplicates, rejected] = [answer["accepted"], answer["duplicates"], answer["rejected"]];
  const known = typeof accepted === "number" && typeof duplicates === "number" && Array.isArray(rejected);
  if (!known || accepted + duplicates + rejected.length !== count) {
    const why = "the answer is not that of a Bellwether";
    return { kind: "try_again", why, afterMs: null, hopeless: true };
  }
  return { kind: "taken", accepted, duplicates, rejected: rejected.length, reason: firstReason(rejected) };
}

function firstReason(rejected: readonly unknown[]): string | null {
  const [first] = rejected;
  if (typeof first !== "object" || first === null) return null;
  const { code, reason } = first as { readonly code?: unknown; readonly reason?: unknown };
  return `${String(code)}: ${String(reason)}`.slice(0, 300);
}

/** The stable code of a problem, with a space before it. */
function codeIn(body: string): string {
  const code = parsed(body)["code"];
  return typeof code === "string" && /^[a-z_]{1,40}$/.test(code) ? ` ${code}` : "";
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `Retry-After` is in seconds or a date. */
function pauseOf(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(LONGEST_PAUSE_MS, Math.max(0, ms));
}
