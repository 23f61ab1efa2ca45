import { describeError, type Log } from "../../core/log.ts";

/** Work that nobody waits for: a failure is logged with the sentence. */
export interface Background {
  /** Never rejects. */
  run(work: Promise<unknown>, sentence: string): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createBackground(log: Log): Background {
  const under = new Set<Promise<void>>();
  const watched = async (work: Promise<unknown>, sentence: string): Promise<void> => {
    try {
      await work;
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, sentence);
    }
  };
  return {
    run(work, sentence) {
      const tracked = watched(work, sentence).finally(() => under.delete(tracked));
      under.add(tracked);
      return tracked;
    },
    async idle() {
      while (under.size > 0) await Promise.all(under);
    },
  };
}
