import type { Temporal } from "../../core/time.ts";
import type { Database } from "../../db/client.ts";
import { wordsOf, type FindingCode } from "../../events/quality/finding.ts";
import { findingsNotedBetween, listFindings, type StoredFinding } from "./data-quality-store.ts";

export interface Finding extends StoredFinding {
  /** What looks wrong, in a sentence. */
  readonly reason: string;
  /** The step to take, in a sentence. */
  readonly next: string;
}

export interface FindingCount {
  readonly code: FindingCode;
  /** Events, or what else was counted. */
  readonly count: number;
}

export interface DataQuality {
  /** The latest first, at most 500. Rejects like `Pool.run`. */
  list(): Promise<Finding[]>;
  /** What was first noted in a span of time, by code. */
  notedBetween(start: Temporal.Instant, end: Temporal.Instant): Promise<FindingCount[]>;
}

export function createDataQuality({ db }: { readonly db: Pick<Database, "read"> }): DataQuality {
  return {
    async list() {
      const stored = await db.read.run(listFindings);
      return stored.map((one) => ({ ...one, ...wordsOf(one.code) }));
    },
    notedBetween: (start, end) => db.read.run((sql) => findingsNotedBetween(sql, start.toString(), end.toString())),
  };
}
