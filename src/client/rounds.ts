export interface RoundsParts {
  /** One round; never rejects. */
  readonly work: () => Promise<void>;
  /** Whether something came that waits for the next round. */
  readonly hasMore: () => boolean;
  /** Called when a round begins because the wait is over. */
  readonly onDue: () => void;
  readonly waitMs: number;
}

/** When rounds of work begin: one at a time, behind the back of whoever asked for it. */
export interface Rounds {
  readonly busy: boolean;
  begin(): void;
  /** After the wait, unless one is awaited already. Does not keep the process alive. */
  beginLater(): void;
  /** As if the wait were over. */
  beginDue(): void;
  end(): Promise<void>;
}

export function createRounds({ work, hasMore, onDue, waitMs }: RoundsParts): Rounds {
  let round: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function go(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await work();
    round = null;
    if (hasMore()) beginLater();
  }
  function begin(): void {
    round ??= go();
  }
  function beginDue(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    onDue();
    begin();
  }
  function beginLater(): void {
    timer ??= setTimeout(beginDue, waitMs).unref();
  }
  return {
    get busy() {
      return round !== null;
    },
    begin,
    beginLater,
    beginDue,
    end: () => round ?? Promise.resolve(),
  };
}
