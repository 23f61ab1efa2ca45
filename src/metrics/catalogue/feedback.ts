import type { Metric, Terms } from "./metric.ts";
import { SOURCE } from "./source.ts";

const npsAnswers = { nps_promoters: 1, nps_passives: 1, nps_detractors: 1 } as const satisfies Terms;
const ofAnswers = {
  group: "satisfaction",
  needs: "Run an NPS survey, or send `nps` events.",
  source: SOURCE.nps,
  inputs: ["nps"],
  policies: ["npsDays"],
} as const;
const ofTickets = {
  unit: "count",
  group: "support",
  needs: "Open a support ticket, or send `ticket` events.",
  source: SOURCE.own,
  inputs: ["ticket"],
} as const;

export const feedback = {
  nps: {
    kind: "ratio",
    label: "NPS",
    meaning:
      "Promoters (9-10) less detractors (0-6) among each person's latest answer of the last 30 days, from -100 to 100.",
    formula:
      "100 × (promoters − detractors) ÷ answers, of each person's latest answer in the 30 days that end with the day.",
    unit: "score",
    better: "higher",
    ...ofAnswers,
    scale: 100,
    numerator: { over: "last", terms: { nps_promoters: 1, nps_detractors: -1 } },
    denominator: { over: "last", terms: npsAnswers },
  },
  nps_responses: {
    kind: "distinct",
    label: "NPS answers",
    meaning: "People who answered the NPS question in the 30 days that end with the day.",
    formula: "The number of people with at least one answer in the 30 days that end with the day.",
    unit: "count",
    better: "higher",
    ...ofAnswers,
    terms: npsAnswers,
  },
  tickets_opened: {
    kind: "count",
    label: "Tickets opened",
    meaning: "Support tickets that were opened.",
    formula: "The number of tickets opened on the day.",
    better: "lower",
    ...ofTickets,
    terms: { tickets_opened: 1 },
  },
  tickets_resolved: {
    kind: "count",
    label: "Tickets resolved",
    meaning: "Times that a support ticket was resolved or closed.",
    formula: "The number of times a ticket went from open or in progress to resolved or closed.",
    better: "higher",
    ...ofTickets,
    terms: { tickets_resolved: 1 },
  },
  open_tickets: {
    kind: "level",
    label: "Open tickets",
    meaning: "Support tickets that are neither resolved nor closed at the end of the day.",
    formula: "Tickets opened so far + times reopened − times resolved, up to the end of the day.",
    better: "lower",
    ...ofTickets,
    terms: { tickets_opened: 1, tickets_reopened: 1, tickets_resolved: -1 },
  },
} as const satisfies Record<string, Metric>;
