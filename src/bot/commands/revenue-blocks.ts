import { minorDigits } from "../../core/money.ts";
import { Temporal } from "../../core/time.ts";
import type { WaterfallChart } from "../../charts/chart.ts";
import type { RevenueBreakdown } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { formatChange, formatValue } from "../../metrics/format.ts";
import { MOVEMENT_NAMES, type MovementName } from "../../metrics/read/account-movements.ts";
import { MOVEMENT_KINDS, type MovementPage } from "../../metrics/read/movement-page.ts";
import type { Block, Fact } from "../message.ts";
import { dayText } from "../window-words.ts";
import { partText } from "./explain-parts.ts";
import { counted, countText, shortName } from "./number-words.ts";

/** What MRR is made up of from one day to another; a transfer between accounts changes nothing of it. */
const PARTS = [...MOVEMENT_KINDS, "fx"] as const;

type Part = (typeof PARTS)[number];

const WORDS = {
  new: { chart: "New", text: "new", sign: 1 },
  reactivation: { chart: "Reactivated", text: "reactivated", sign: 1 },
  expansion: { chart: "Expansion", text: "expansion", sign: 1 },
  contraction: { chart: "Contraction", text: "contraction", sign: -1 },
  churn: { chart: "Churned", text: "churned", sign: -1 },
  paused: { chart: "Paused", text: "paused", sign: -1 },
  resumed: { chart: "Resumed", text: "resumed", sign: 1 },
  fx: { chart: "FX", text: "exchange rates", sign: 1 },
} as const satisfies Record<Part, { chart: string; text: string; sign: 1 | -1 }>;

/** What accounts did. */
const ACCOUNT_WORDS: Readonly<Record<MovementName, string>> = {
  new: WORDS.new.text,
  reactivation: WORDS.reactivation.text,
  expansion: WORDS.expansion.text,
  contraction: WORDS.contraction.text,
  paused: WORDS.paused.text,
  resumed: WORDS.resumed.text,
  churn: WORDS.churn.text,
  fx: WORDS.fx.text,
};

export function revenueFacts(breakdown: RevenueBreakdown, today: Temporal.PlainDate): Fact[] {
  const { currency, total_mrr: mrr, opening_mrr: opening, customers, paused_customers: paused } = breakdown;
  const value = (name: MetricName, number: number | null) => formatValue(name, number, { currency });
  const change = formatChange("mrr", mrr, opening, {
    currency,
    clear: true,
    before: dayText(dayBefore(breakdown), today),
  });
  const arpu = `ARPU ${value("arpu", breakdown.avg_revenue_per_user)}`;
  const { nrr, grr, churn_rate: churn, quick_ratio: quick, ltv } = breakdown;
  return [
    { label: "MRR", value: value("mrr", mrr), ...(change === null ? {} : { detail: change.text, tone: change.tone }) },
    {
      label: "Customers",
      value: countText(customers),
      detail: paused === null || paused === 0 ? arpu : `${arpu} · ${countText(paused)} paused`,
    },
    {
      label: "Net revenue retention",
      value: value("nrr", nrr),
      detail: `gross ${value("grr", grr)} · customer churn ${value("churn_rate", churn)}`,
    },
    { label: "Quick ratio", value: value("quick_ratio", quick), detail: `LTV ${value("ltv", ltv)}` },
  ];
}

function dayBefore({ date_range }: RevenueBreakdown): string {
  return Temporal.PlainDate.from(date_range.start).subtract({ days: 1 }).toString();
}

/** How MRR came from where it was to where it is, so that it can be added up; who moved it, by number. */
export function movementBlocks(
  breakdown: RevenueBreakdown,
  { accounts }: MovementPage,
  today: Temporal.PlainDate,
): Block[] {
  const { unconverted, unpriced } = breakdown;
  const moved = MOVEMENT_NAMES.filter((name) => accounts[name] > 0).map(
    (name) => `${countText(accounts[name])} ${ACCOUNT_WORDS[name]}`,
  );
  const leftOut = `${counted(unconverted, "subscription")} left out: there is no exchange rate for the currency.`;
  const withoutPrice = `${counted(unpriced, "live subscription")} without a price: send its \`amount\`.`;
  return [
    { kind: "text", text: sumSentence(breakdown, today) },
    ...(moved.length === 0 ? [] : [{ kind: "text", text: `Accounts: ${moved.join(", ")}.` } as const]),
    ...(unconverted === 0 ? [] : [{ kind: "text", text: leftOut } as const]),
    ...(unpriced === 0 ? [] : [{ kind: "text", text: withoutPrice } as const]),
  ];
}

function sumSentence(breakdown: RevenueBreakdown, today: Temporal.PlainDate): string {
  const { total_mrr: mrr, opening_mrr: opening, movements, currency, date_range } = breakdown;
  if (mrr === null || opening === null) return `No revenue yet. ${metricOf("mrr").needs}`;
  const money = (amount: number) => partText("money", amount, currency);
  const terms = PARTS.filter((kind) => (movements[kind] ?? 0) !== 0);
  if (terms.length === 0 && mrr === 0) return `No revenue in these days. ${metricOf("mrr").needs}`;
  if (terms.length === 0) return `No movements: MRR is what it was on ${dayText(dayBefore(breakdown), today)}.`;
  const changes = terms.map((kind) => {
    const change = WORDS[kind].sign * (movements[kind] ?? 0);
    return `${change < 0 ? "−" : "+"} ${money(Math.abs(change))} ${WORDS[kind].text}`;
  });
  const sum = `${money(opening)} on ${dayText(dayBefore(breakdown), today)} ${changes.join(" ")}`;
  const rounding = roundingOf(breakdown);
  const rounded = rounding === 0 ? "" : ` (each rounded: ${money(Math.abs(rounding))} apart)`;
  return `${sum} = ${money(mrr)} on ${dayText(date_range.end, today)}${rounded}.`;
}

/** By how much the rounded parts miss the rounded whole, in major units. */
function roundingOf({ total_mrr, opening_mrr, movements, currency }: RevenueBreakdown): number {
  const scale = 10 ** minorDigits(currency);
  const minor = (amount: number | null) => Math.round((amount ?? 0) * scale);
  const parts = PARTS.reduce((sum, kind) => sum + WORDS[kind].sign * minor(movements[kind]), 0);
  return (minor(total_mrr) - minor(opening_mrr) - parts) / scale;
}

/** The others are drawn where they moved something. */
const ALWAYS_DRAWN: ReadonlySet<Part> = new Set(["new", "reactivation", "expansion", "contraction", "churn"]);

/** Nothing where nothing was ever paid. */
export function movementsChart(breakdown: RevenueBreakdown): Block[] {
  const { total_mrr: mrr, opening_mrr: opening, movements, currency, date_range } = breakdown;
  const isEmpty = [mrr, opening, ...Object.values(movements)].every((value) => value === null || value === 0);
  if (isEmpty) return [];
  const { start, end } = date_range;
  const chart: WaterfallChart = {
    kind: "waterfall",
    title: "MRR movements",
    unit: "money",
    currency,
    days: { start, end },
    steps: [
      { label: "Start", role: "level", value: opening },
      ...PARTS.filter((kind) => ALWAYS_DRAWN.has(kind) || (movements[kind] ?? 0) !== 0).map((kind) => {
        const value = movements[kind];
        return { label: WORDS[kind].chart, role: "change", value: signed(value, WORDS[kind].sign) } as const;
      }),
      { label: "End", role: "level", value: mrr },
    ],
  };
  return [{ kind: "chart", chart }];
}

function signed(value: number | null, sign: 1 | -1): number | null {
  return value === null || value === 0 ? value : sign * value;
}

/** One row a movement, the largest first. */
export function namedMovements({ movements }: MovementPage, currency: string, today: Temporal.PlainDate): Block[] {
  if (movements.length === 0) return [];
  const rows = movements.map(({ account, date, movement, change }) => [
    shortName(account),
    `${change < 0 ? "" : "+"}${partText("money", change, currency)}`,
    isName(movement) ? ACCOUNT_WORDS[movement] : movement,
    dayText(date, today),
  ]);
  const columns = [
    { label: "Account", align: "left" },
    { label: "MRR", align: "right" },
    { label: "What", align: "left" },
    { label: "Day", align: "left" },
  ] as const;
  return [{ kind: "table", columns, rows }];
}

function isName(movement: string): movement is MovementName {
  return Object.hasOwn(ACCOUNT_WORDS, movement);
}

const PLANS_SHOWN = 8;

/** The plans with the most revenue, the rest together. Users are another group of numbers than revenue. */
export function tierTable({ tiers, currency }: RevenueBreakdown, withUsers: boolean): Block[] {
  if (tiers.every(({ customers, mrr }) => customers === 0 && mrr === 0)) return [];
  const money = (name: "mrr" | "arpu", amount: number | null) => formatValue(name, amount, { currency });
  const row = (plan: string, { users, customers, mrr, arpu }: Omit<RevenueBreakdown["tiers"][number], "plan">) => [
    shortName(plan),
    money("mrr", mrr),
    countText(customers),
    money("arpu", arpu),
    ...(withUsers ? [countText(users)] : []),
  ];
  const isCut = tiers.length > PLANS_SHOWN + 1;
  const shown = isCut ? tiers.slice(0, PLANS_SHOWN) : tiers;
  const rest = isCut ? tiers.slice(PLANS_SHOWN) : [];
  const sum = (of: (tier: RevenueBreakdown["tiers"][number]) => number) =>
    rest.reduce((total, tier) => total + of(tier), 0);
  const others = {
    users: sum((tier) => tier.users),
    customers: sum((tier) => tier.customers),
    mrr: sum((tier) => tier.mrr),
  };
  const arpu = others.customers === 0 ? null : others.mrr / others.customers;
  const labels = ["MRR", "Customers", "ARPU", ...(withUsers ? ["Users"] : [])];
  return [
    {
      kind: "table",
      columns: [{ label: "Plan", align: "left" }, ...labels.map((label) => ({ label, align: "right" }) as const)],
      rows: [
        ...shown.map((tier) => row(tier.plan, tier)),
        ...(isCut ? [row(`${rest.length} more plans`, { ...others, arpu })] : []),
      ],
    },
  ];
}
