import { DEFAULT_POLICIES, type Workspace } from "../../core/workspace.ts";
import type { Pool } from "../../db/client.ts";
import type { EventRow } from "../event-row.ts";
import type { NumberedRow } from "../event-store.ts";
import type { Verdict } from "../verdict.ts";
import { warningOf, type Warning } from "./finding.ts";
import { createRevenueWarnings } from "./revenue-warnings.ts";

/** Adds to the verdicts of accepted events what looks wrong about them. `places` are those of `rows` among the verdicts. */
type AddWarnings = (
  rows: readonly NumberedRow[],
  places: readonly number[],
  verdicts: (Verdict | undefined)[],
) => Promise<void>;

interface Parts {
  readonly pool: Pool;
  readonly workspace: Pick<Workspace, "currency"> & Partial<Pick<Workspace, "policies">>;
  readonly longestWaitMs: number;
}

/** Of most events nothing can be said at once, and they cost nothing here. */
export function createWarnings({ pool, workspace, longestWaitMs }: Parts): AddWarnings {
  const revenue = createRevenueWarnings({ pool, currency: workspace.currency, longestWaitMs });
  const milestones = new Set((workspace.policies ?? DEFAULT_POLICIES).activationMilestones);
  return async (rows, places, verdicts) => {
    if (!rows.some(({ event }) => event.type === "revenue" || event.type === "activation")) return;
    const found = await revenue.of(rows);
    rows.forEach(({ event }, at) => {
      const place = places[at] ?? at;
      const verdict = verdicts[place];
      const warnings = [...warningsIn(event, milestones), ...(found.get(at) ?? [])];
      if (verdict?.verdict === "accepted" && warnings.length > 0) verdicts[place] = { ...verdict, warnings };
    });
  };
}

/** What can be said of an event without the database. */
function warningsIn(event: EventRow, milestones: ReadonlySet<string>): Warning[] {
  const milestone = event.type === "activation" ? event.own[0] : null;
  return typeof milestone === "string" && !milestones.has(milestone) ? [warningOf("unknown_milestone")] : [];
}
