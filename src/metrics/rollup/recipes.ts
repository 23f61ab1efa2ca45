import type { Workspace } from "../../core/workspace.ts";
import type { DayUnit, FoldBatch } from "./day-unit.ts";
import { recomputeErrors } from "./errors-store.ts";
import { recomputeHealth } from "./health-store.ts";
import { recomputeNps } from "./nps-store.ts";
import { foldPeople, recomputePeople } from "./people-store.ts";
import type { DayKind, SubjectKind } from "./queue-store.ts";
import { recomputeReach } from "./reach-store.ts";
import { foldAccounts } from "./revenue-fold-store.ts";
import { recomputeRevenue } from "./revenue-store.ts";
import { foldSessions } from "./session-store.ts";
import { recomputeTeams } from "./team-store.ts";
import { foldTickets, recomputeSupport } from "./ticket-store.ts";
import { foldMembers, recomputeTiers } from "./tier-store.ts";
import { recomputeUsage } from "./usage-store.ts";

/** How each kind is folded or recomputed. */
export interface Recipes {
  readonly fold: Readonly<Record<SubjectKind, (batch: FoldBatch) => Promise<void>>>;
  readonly recompute: Readonly<Record<DayKind, (unit: DayUnit) => Promise<void>>>;
}

export function createRecipes({ currency, activationDays, policies }: Workspace): Recipes {
  return {
    fold: {
      session: foldSessions,
      person: (batch) => foldPeople(batch, { milestones: policies.activationMilestones, days: activationDays }),
      account: (batch) => foldAccounts(batch, { currency, policies }),
      ticket: (batch) => foldTickets(batch, policies),
      member: foldMembers,
    },
    recompute: {
      usage: recomputeUsage,
      teams: recomputeTeams,
      people: recomputePeople,
      revenue: recomputeRevenue,
      support: recomputeSupport,
      errors: recomputeErrors,
      health: (unit) => recomputeHealth(unit, policies.healthGapSeconds),
      nps: (unit) => recomputeNps(unit, policies.npsDays),
      reach: (unit) => recomputeReach(unit, policies.mauWindow),
      tiers: recomputeTiers,
    },
  };
}
