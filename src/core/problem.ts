/** What a `Problem` may carry besides its sentence. */
interface ProblemOptions {
  /** What to do next, in one sentence. Shown after the detail. */
  readonly next?: string;
  /** Whole seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * Something the caller caused or can fix. Everything else that is thrown is a bug.
 * `code` is stable: programs may rely on it. `detail` is one sentence for people and never
 * repeats a secret or a person's data.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly next: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, status: number, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.next = options.next;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What it is and what to do next, for people: on a line of its own after several lines. */
export function sentenceOf({ detail, next }: Problem): string {
  return next === undefined ? detail : `${detail}${detail.includes("\n") ? "\n" : " "}${next}`;
}
