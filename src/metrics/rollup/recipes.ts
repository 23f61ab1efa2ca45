import type { Workspace } from "../../core/workspace.ts";
import type { DayUnit, FoldBatch } from "./day-unit.ts";
import { recomputeErrors } from "./errors-store.ts";
import { recomputeHealth } from "./health-store.ts";
import { recomputeNps } from "./nps-store.ts";
import { foldPeople, recomputePeople } from "./people-store.ts";
import { ACTIVATION_MILESTONES } from "./person.ts";
import type { DayKind, SubjectKind } from "./queue-store.ts";
import { recomputeReach } from "./reach-store.ts";
import { foldAccounts, recomputeRevenue } from "./revenue-store.ts";
import { foldSessions } from "./session-store.ts";
import { DEFAULT_REVENUE_POLICIES, type RevenuePolicies } from "./subscription.ts";
import { foldTickets, recomputeSupport } from "./ticket-store.ts";
import { recomputeUsage } from "./usage-store.ts";

/** What a team may want otherwise. */
export interface RollupRules {
  /** How long a health check's state lasts when no other follows. */
  readonly healthGapSeconds: number;
  /** What a person must have done to be fully activated. */
  readonly milestones: readonly string[];
  readonly revenue: RevenuePolicies;
}

export const DEFAULT_ROLLUP_RULES: RollupRules = {
  healthGapSeconds: 300,
  milestones: ACTIVATION_MILESTONES,
  revenue: DEFAULT_REVENUE_POLICIES,
};

/** How each kind is folded or recomputed. */
export interface Recipes {
  readonly fold: Readonly<Record<SubjectKind, (batch: FoldBatch) => Promise<void>>>;
  readonly recompute: Readonly<Record<DayKind, (unit: DayUnit) => Promise<void>>>;
}

export function createRecipes(workspace: Workspace, rules: RollupRules): Recipes {
  return {
    fold: {
      session: foldSessions,
      person: (batch) => foldPeople(batch, { milestones: rules.milestones, days: workspace.activationDays }),
      account: (batch) => foldAccounts(batch, { currency: workspace.currency, policies: rules.revenue }),
      ticket: foldTickets,
    },
    recompute: {
      usage: recomputeUsage,
      people: recomputePeople,
      revenue: recomputeRevenue,
      support: recomputeSupport,
      errors: recomputeErrors,
      health: (unit) => recomputeHealth(unit, rules.healthGapSeconds),
      nps: recomputeNps,
      reach: recomputeReach,
    },
  };
}
