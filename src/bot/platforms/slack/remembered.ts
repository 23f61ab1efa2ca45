export interface RememberedParts<T> {
  /** Rejects when it cannot be had. */
  readonly ask: (id: string) => Promise<T>;
  /** Milliseconds of a clock that never goes back. */
  readonly steadyNow: () => number;
  /** Told why it could not be had. */
  readonly onFailure: (thrown: unknown) => void;
  /** After this there is no answer yet: null. The question goes on, for who asks next. */
  readonly answerWithinMs: number;
}

const FRESH_MS = 2 * 60_000;
/** While Slack does not answer, what it said last counts for so long. */
const USABLE_MS = 15 * 60_000;
const MOST = 5_000;

interface Known<T> {
  readonly value: T;
  readonly sinceMs: number;
}

/** Asks Slack for something at most every two minutes an id. Null when it cannot be had. Never rejects. */
export function createRemembered<T>(parts: RememberedParts<T>): (id: string) => Promise<T | null> {
  const known = new Map<string, Known<T>>();
  const asking = new Map<string, Promise<T | null>>();

  function usable(id: string, ms: number): Known<T> | null {
    const found = known.get(id);
    return found !== undefined && parts.steadyNow() - found.sinceMs < ms ? found : null;
  }

  async function ask(id: string): Promise<T | null> {
    try {
      const value = await parts.ask(id);
      known.delete(id);
      known.set(id, { value, sinceMs: parts.steadyNow() });
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
      return value;
    } catch (thrown) {
      parts.onFailure(thrown);
      return usable(id, USABLE_MS)?.value ?? null;
    } finally {
      asking.delete(id);
    }
  }

  return async (id) => {
    const fresh = usable(id, FRESH_MS);
    if (fresh !== null) return fresh.value;
    const answer = asking.get(id) ?? ask(id);
    asking.set(id, answer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<T | null>((resolve) => {
      timer = setTimeout(() => resolve(usable(id, USABLE_MS)?.value ?? null), parts.answerWithinMs);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  };
}
