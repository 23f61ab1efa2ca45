import type { Summary, WindowNumbers } from "../../metrics/answers.ts";
import { observedText } from "../../metrics/uptime-words.ts";
import { metricOf, type Group, type MetricName } from "../../metrics/catalogue.ts";
import {
  formatChange,
  formatNps,
  formatNpsChange,
  formatValue,
  NO_DATA,
  type Change,
  type NpsNumbers,
} from "../../metrics/format.ts";
import type { Block, Fact } from "../message.ts";

/** The numbers of a summary that are metrics of the catalogue. */
const METRICS = {
  total_users: "total_users",
  new_signups: "signups",
  active_users_daily: "dau",
  active_users_monthly: "mau",
  activation_rate: "activation_rate",
  mrr: "mrr",
  arr: "arr",
  churn_rate: "churn_rate",
  arpu: "arpu",
  total_api_calls: "api_calls",
  total_agent_sessions: "agent_sessions",
  error_rate: "error_rate",
  api_uptime: "uptime",
  open_tickets: "open_tickets",
  nps_responses: "nps_responses",
} as const satisfies Partial<Record<keyof WindowNumbers, MetricName>>;

type Field = keyof typeof METRICS;

interface Words {
  readonly value: (field: Field) => string;
  /** "▲ 6 % (389)"; null where nothing can be compared. */
  readonly change: (field: Field) => string | null;
  /** The value, then its change. */
  readonly both: (field: Field) => string;
}

/** Null where nothing can be compared. */
function changeIn({ currency, previous, change: changes, ...summary }: Summary, field: Field): Change | null {
  const change = changes?.[field] ?? null;
  if (previous === null || change === null) return null;
  return formatChange(METRICS[field], summary[field], previous[field], { currency, clear: change.clear });
}

function wordsFor(summary: Summary): Words {
  const { currency } = summary;
  const value = (field: Field) => formatValue(METRICS[field], summary[field], { currency });
  const change = (field: Field) => changeIn(summary, field)?.text ?? null;
  return { value, change, both: (field) => [value(field), change(field)].filter((part) => part !== null).join(", ") };
}

/**
 * One line each for users, money, usage, health, and satisfaction with support, as far as `groups` may be told.
 * Nothing is compared while the earlier days are not all on record.
 */
export function summaryFacts(summary: Summary, groups: ReadonlySet<Group>): Fact[] {
  const words = wordsFor(summary);
  return [
    ...(groups.has("people") ? [users(summary, words)] : []),
    ...(groups.has("revenue") ? [money(summary, words)] : []),
    ...(groups.has("usage") ? [usage(summary, words)] : []),
    ...(groups.has("health") ? [health(summary, words)] : []),
    ...satisfactionAndSupport(summary, words, groups),
  ];
}

function listed(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(" · ");
}

function users(summary: Summary, { value, change, both }: Words): Fact {
  const line = { label: "Users", value: value("total_users") };
  if (!summary.total_users && !summary.active_users_monthly) return { ...line, detail: metricOf("signups").needs };
  const signups =
    summary.new_signups === null
      ? null
      : [`${value("new_signups")} new`, change("new_signups")].filter((part) => part !== null).join(", ");
  const active =
    summary.active_users_monthly === null
      ? null
      : `${value("active_users_daily")} active yesterday, ${value("active_users_monthly")} in 30 days`;
  const activated = summary.activation_rate === null ? null : `activation ${both("activation_rate")}`;
  return { ...line, detail: listed(signups, active, activated) };
}

function money(summary: Summary, { value, change, both }: Words): Fact {
  const line = { label: "MRR", value: value("mrr") };
  const { unconverted } = summary;
  const leftOut = unconverted === 0 ? null : `${unconverted} without an exchange rate left out`;
  if (summary.mrr === null) return { ...line, detail: metricOf("mrr").needs };
  if (summary.arpu === null)
    return { ...line, detail: listed(leftOut, `no paying accounts. ${metricOf("mrr").needs}`) };
  const churn = summary.churn_rate === null ? null : `churn ${both("churn_rate")}`;
  return { ...line, detail: listed(change("mrr"), `ARPU ${value("arpu")}`, churn, leftOut) };
}

function usage(summary: Summary, { value, change }: Words): Fact {
  const line = { label: "API calls", value: value("total_api_calls") };
  if (!summary.total_api_calls && !summary.total_agent_sessions)
    return { ...line, detail: metricOf("api_calls").needs };
  if (summary.total_agent_sessions === null) return { ...line, detail: listed(change("total_api_calls")) };
  const sessions = [`${value("total_agent_sessions")} agent sessions`, change("total_agent_sessions")];
  return { ...line, detail: listed(change("total_api_calls"), sessions.filter((part) => part !== null).join(", ")) };
}

function health(summary: Summary, { value, change, both }: Words): Fact {
  const requests = summary.error_rate === null ? metricOf("error_rate").needs : change("error_rate");
  const uptime =
    summary.api_uptime === null ? `uptime ${NO_DATA}: ${metricOf("uptime").needs}` : `uptime ${both("api_uptime")}`;
  const observed = summary.api_uptime === null ? null : observedText(summary.api_uptime_observed);
  return { label: "Error rate", value: value("error_rate"), detail: listed(requests, uptime, observed) };
}

function satisfactionAndSupport(summary: Summary, words: Words, groups: ReadonlySet<Group>): Fact[] {
  const tickets = support(summary, words);
  if (!groups.has("satisfaction"))
    return groups.has("support") && tickets !== "" ? [{ label: "Support", value: tickets }] : [];
  const answers = summary.nps_responses ?? 0;
  const rests = answers === 0 ? metricOf("nps").needs : `${answers} ${answers === 1 ? "answer" : "answers"}`;
  const { previous } = summary;
  const isComparable = previous !== null && summary.change !== null;
  const course = isComparable ? (formatNpsChange(summary, previous)?.text ?? null) : null;
  const beside = groups.has("support") && tickets !== "" ? tickets : null;
  return [{ label: "NPS", value: scoreOf(summary), detail: listed(rests, course, beside) }];
}

/** Empty when there is no data. */
function support(summary: Summary, { value, change }: Words): string {
  const tickets = [
    `${value("open_tickets")} open ${summary.open_tickets === 1 ? "ticket" : "tickets"}`,
    change("open_tickets"),
  ];
  const hours = summary.avg_resolution_time_hours;
  const resolution = hours === null ? null : `resolved in ${formatValue("hours", hours, summary)} on average`;
  const open = summary.open_tickets === null ? null : tickets.filter((part) => part !== null).join(", ");
  return listed(open, resolution);
}

/** "38 ± 14", "too few answers": their number has a place of its own. */
function scoreOf(nps: NpsNumbers): string {
  return formatNps(nps).replace(/ \(.*\)$/, "");
}

/** The change without the earlier value in parentheses, which has a column of its own. */
function withoutEarlier(change: Change | null): string {
  return change?.text.replace(/ \([^)]*\)$/, "").split(", was ", 1)[0] ?? "";
}

/** Every number of the summary that may be told beside the one of the days before. */
export function comparisonTable(
  summary: Summary,
  previous: NonNullable<Summary["previous"]>,
  groups: ReadonlySet<Group>,
): Block {
  const { currency } = summary;
  const fields = (Object.keys(METRICS) as Field[]).filter((field) => groups.has(metricOf(METRICS[field]).group));
  const rows = fields.map((field) => {
    const metric = METRICS[field];
    return [
      metricOf(metric).label,
      formatValue(metric, summary[field], { currency }),
      formatValue(metric, previous[field], { currency }),
      withoutEarlier(changeIn(summary, field)),
    ];
  });
  const nps = ["NPS", scoreOf(summary), scoreOf(previous), withoutEarlier(formatNpsChange(summary, previous))];
  return {
    kind: "table",
    columns: [
      { label: "", align: "left" },
      { label: "Now", align: "right" },
      { label: "Before", align: "right" },
      { label: "Change", align: "left" },
    ],
    rows: [...rows, ...(groups.has(metricOf("nps").group) ? [nps] : [])],
  };
}
