import type { Intake, Verdict } from "./verdict.ts";

export interface VerdictCount {
  readonly source: string;
  readonly verdict: Verdict["verdict"];
  /** Events since this process started. */
  readonly events: number;
}

/** An intake that remembers how many events of each source got which verdict. What got none (503) is not counted. */
export interface CountingIntake extends Intake {
  counts(): VerdictCount[];
}

export function countVerdicts(intake: Intake): CountingIntake {
  const bySource = new Map<string, Record<Verdict["verdict"], number>>();
  return {
    async accept(events, origin) {
      const verdicts = await intake.accept(events, origin);
      let counts = bySource.get(origin.source);
      if (counts === undefined) {
        counts = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
        bySource.set(origin.source, counts);
      }
      for (const { verdict } of verdicts) counts[verdict] += 1;
      return verdicts;
    },
    stop: () => intake.stop(),
    counts: () =>
      [...bySource].flatMap(([source, { accepted, duplicate, conflict, rejected }]) => [
        { source, verdict: "accepted" as const, events: accepted },
        { source, verdict: "duplicate" as const, events: duplicate },
        { source, verdict: "conflict" as const, events: conflict },
        { source, verdict: "rejected" as const, events: rejected },
      ]),
  };
}
