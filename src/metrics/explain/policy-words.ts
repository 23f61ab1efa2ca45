import type { Workspace } from "../../core/workspace.ts";
import type { PolicyName } from "../catalogue.ts";

export interface PolicyInForce {
  /** As it is named where it is set. */
  readonly policy: string;
  readonly value: string;
  readonly meaning: string;
}

/** What a team may have decided otherwise, as it is decided, in words. */
export function policyInForce(name: PolicyName, { policies, activationDays }: Workspace): PolicyInForce {
  switch (name) {
    case "mauWindow": {
      const { mauWindow } = policies;
      const days = mauWindow === "calendar_month" ? "the days of its calendar month so far" : `${mauWindow} days`;
      return { policy: "mau_window", value: mauWindow, meaning: `A month is ${days}, ending with the day.` };
    }
    case "cancelAt": {
      const when = policies.cancelAt === "effective" ? "when it takes effect" : "when it is asked for";
      return { policy: "cancel_at", value: policies.cancelAt, meaning: `A cancellation ends the revenue ${when}.` };
    }
    case "pausedCounts": {
      const meaning = policies.pausedCounts
        ? "A paused subscription keeps its revenue."
        : "A paused subscription brings no revenue, and is no cancellation.";
      return { policy: "paused_counts", value: policies.pausedCounts ? "yes" : "no", meaning };
    }
    case "discounts": {
      const meaning =
        policies.discounts === "counted" ? "Discounts lower MRR." : "MRR is the full price: discounts are ignored.";
      return { policy: "discounts", value: policies.discounts, meaning };
    }
    case "grossMargin": {
      const value = `${policies.grossMargin} %`;
      return { policy: "gross_margin", value, meaning: `${value} of revenue is left after the cost of serving it.` };
    }
    case "npsDays":
      return daysPolicy("nps_days", policies.npsDays, (days) => `Each person's latest answer of ${days} counts.`);
    case "activationMilestones": {
      const value = policies.activationMilestones.join(", ");
      return { policy: "activation_milestones", value, meaning: "Who reached all of these is fully activated." };
    }
    case "healthGapSeconds": {
      const value = `${policies.healthGapSeconds} s`;
      return { policy: "health_gap", value, meaning: `A check's state lasts until the next check, at most ${value}.` };
    }
    case "reopenDays":
      return daysPolicy(
        "reopen_days",
        policies.reopenDays,
        (days) => `A customer's reply within ${days} of its resolution reopens a ticket.`,
      );
    case "activationDays":
      return daysPolicy("activation_days", activationDays, (days) => `There are ${days} to activate after a sign-up.`);
  }
}

function daysPolicy(policy: string, days: number, meaning: (days: string) => string): PolicyInForce {
  const value = days === 1 ? "1 day" : `${days} days`;
  return { policy, value, meaning: meaning(value) };
}
