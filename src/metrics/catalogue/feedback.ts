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
  policies: ["reopenDays"],
} as const;

const hours = { ...ofTickets, kind: "hours", unit: "hours", better: "lower", source: SOURCE.support } as const;

export const feedback = {
  nps: {
    kind: "ratio",
    label: "NPS",
    meaning:
      "Promoters (9-10) less detractors (0-6) among each person's latest answer of the last 30 days (policy `NPS_DAYS`), from -100 to 100.",
    formula:
      "100 × (promoters − detractors) ÷ answers, of each person's latest answer in the 30 days (policy `NPS_DAYS`) that end with the day.",
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
    meaning: "People who answered the NPS question in the 30 days (policy `NPS_DAYS`) that end with the day.",
    formula: "The number of people with at least one answer in the 30 days (policy `NPS_DAYS`) that end with the day.",
    unit: "count",
    better: "higher",
    ...ofAnswers,
    terms: npsAnswers,
  },
  nps_promoters: {
    kind: "distinct",
    label: "Promoters",
    meaning: "People whose latest answer of the last 30 days (policy `NPS_DAYS`) is 9 or 10.",
    formula:
      "The number of people whose latest answer in the 30 days (policy `NPS_DAYS`) that end with the day is 9 or 10.",
    unit: "count",
    better: "higher",
    ...ofAnswers,
    terms: { nps_promoters: 1 },
  },
  nps_passives: {
    kind: "distinct",
    label: "Passives",
    meaning: "People whose latest answer of the last 30 days (policy `NPS_DAYS`) is 7 or 8.",
    formula:
      "The number of people whose latest answer in the 30 days (policy `NPS_DAYS`) that end with the day is 7 or 8.",
    unit: "count",
    better: "neither",
    ...ofAnswers,
    terms: { nps_passives: 1 },
  },
  nps_detractors: {
    kind: "distinct",
    label: "Detractors",
    meaning: "People whose latest answer of the last 30 days (policy `NPS_DAYS`) is 0 to 6.",
    formula:
      "The number of people whose latest answer in the 30 days (policy `NPS_DAYS`) that end with the day is 0 to 6.",
    unit: "count",
    better: "lower",
    ...ofAnswers,
    terms: { nps_detractors: 1 },
  },
  tickets_opened: {
    kind: "count",
    label: "Tickets opened",
    meaning: "Support tickets that were opened.",
    formula: "The number of tickets opened on the day.",
    better: "lower",
    ...ofTickets,
    terms: { tickets_opened: 1 },
    groups: { priority: { from: "tickets" }, category: { from: "tickets" } },
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
    formula:
      "Tickets opened so far + times reopened − times resolved, up to the end of the day; a customer's reply to a resolved ticket within policy `REOPEN_DAYS` of its latest resolution reopens it.",
    better: "lower",
    ...ofTickets,
    terms: { tickets_opened: 1, tickets_reopened: 1, tickets_resolved: -1 },
  },
  first_response_hours: {
    ...hours,
    label: "First response",
    meaning: "Half of the tickets were first answered by the team within so many hours.",
    formula:
      "The median of the hours from opening to the first answer by the team, over the tickets opened in the window that had one by its end.",
    of: "first_response",
    take: "median",
  },
  first_response_hours_p90: {
    ...hours,
    label: "First response, slowest tenth",
    meaning: "90 % of the tickets were first answered by the team within so many hours.",
    formula:
      "The value of rank ⌈0.9 × tickets⌉ of the hours from opening to the first answer by the team, over the tickets opened in the window that had one by its end.",
    of: "first_response",
    take: "p90",
  },
  resolution_hours: {
    ...hours,
    label: "Resolution time",
    meaning: "Hours from opening a ticket to its first resolution, on average.",
    formula:
      "The mean of the hours from opening to the first resolution, over the tickets first resolved in the window.",
    of: "resolution",
    take: "mean",
  },
  resolution_hours_median: {
    ...hours,
    label: "Resolution time, median",
    meaning: "Half of the tickets were first resolved within so many hours.",
    formula:
      "The median of the hours from opening to the first resolution, over the tickets first resolved in the window.",
    of: "resolution",
    take: "median",
  },
  resolution_hours_p90: {
    ...hours,
    label: "Resolution time, slowest tenth",
    meaning: "90 % of the tickets were first resolved within so many hours.",
    formula:
      "The value of rank ⌈0.9 × tickets⌉ of the hours from opening to the first resolution, over the tickets first resolved in the window.",
    of: "resolution",
    take: "p90",
  },
} as const satisfies Record<string, Metric>;
