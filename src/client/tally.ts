import type { Conclusion } from "./attempts.ts";
import type { Notices } from "./notices.ts";

export interface Counts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly dropped: number;
}

export interface Tally {
  counts(): Counts;
  /** Counts what became of a batch, and says what went wrong with it. */
  conclude(conclusion: Conclusion, count: number): void;
  drop(count: number): void;
}

export function createTally(notices: Notices): Tally {
  let [accepted, duplicates, rejected, dropped] = [0, 0, 0, 0];
  return {
    counts: () => ({ accepted, duplicates, rejected, dropped }),
    conclude(conclusion, count) {
      switch (conclusion.kind) {
        case "taken":
          accepted += conclusion.accepted;
          duplicates += conclusion.duplicates;
          rejected += conclusion.rejected;
          if (conclusion.rejected > 0) {
            notices.wrong(`${conclusion.rejected} events were rejected, the first as ${conclusion.reason}`);
          }
          return;
        case "given_up":
          dropped += count;
          return notices.wrong(`${count} events were dropped: ${conclusion.why}`);
        case "stopped":
          dropped += count;
      }
    },
    drop(count) {
      dropped += count;
    },
  };
}
