import type { Summary, WindowNumbers } from "../../metrics/answers.ts";
import { metricOf, type MetricName } from "../../metrics/catalogue.ts";
import { formatChange, formatNps, formatNpsChange, formatValue, NO_DATA } from "../../metrics/format.ts";
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
} as const satisfies Partial<Record<keyof WindowNumbers, MetricName>>;

type Field = keyof typeof METRICS;

interface Numbers {
  value(field: Field): string;
  /** ", ▲ 6 % (389)"; empty where nothing can be compared. */
  change(field: Field): string;
}

function numbersOf(summary: Summary, comparable: boolean): Numbers {
  const { currency, previous } = summary;
  return {
    value: (field) => formatValue(METRICS[field], summary[field], { currency }),
    change(field) {
      const change = comparable ? formatChange(METRICS[field], summary[field], previous[field], { currency }) : null;
      return change === null ? "" : `, ${change.text}`;
    },
  };
}

/** One line each for users, money, usage, health, and satisfaction with support. `comparable`: the days before are all on record. */
export function summaryFacts(summary: Summary, comparable: boolean): Fact[] {
  const numbers = numbersOf(summary, comparable);
  return [
    users(summary, numbers),
    money(summary, numbers),
    usage(summary, numbers),
    health(summary, numbers),
    satisfaction(summary, numbers, comparable),
  ];
}

function details(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(" · ");
}

function users(summary: Summary, { value, change }: Numbers): Fact {
  const signups = `${value("new_signups")} new${change("new_signups")}`;
  const active = `${value("active_users_daily")} active yesterday, ${value("active_users_monthly")} in 30 days`;
  const activation = summary.activation_rate === null ? null : `${value("activation_rate")} activated`;
  const hint = summary.total_users === 0 && summary.active_users_monthly === 0 ? metricOf("signups").needs : null;
  return { label: "Users", value: value("total_users"), detail: hint ?? details(signups, active, activation) };
}

function money(summary: Summary, { value, change }: Numbers): Fact {
  const unconverted = summary.unconverted === 0 ? null : `${summary.unconverted} without an exchange rate left out`;
  if (summary.arpu === null) {
    const hint = summary.mrr === 0 ? `no paying accounts. ${metricOf("mrr").needs}` : metricOf("mrr").needs;
    return { label: "MRR", value: value("mrr"), detail: details(unconverted, hint) };
  }
  const churn = summary.churn_rate === null ? null : `churn ${value("churn_rate")}${change("churn_rate")}`;
  const course = change("mrr") === "" ? null : change("mrr").slice(2);
  return { label: "MRR", value: value("mrr"), detail: details(course, `ARPU ${value("arpu")}`, churn, unconverted) };
}

function usage(summary: Summary, { value, change }: Numbers): Fact {
  const sessions = `${value("total_agent_sessions")} agent sessions${change("total_agent_sessions")}`;
  const course = change("total_api_calls") === "" ? null : change("total_api_calls").slice(2);
  const hint = summary.total_api_calls === 0 && summary.total_agent_sessions === 0 ? metricOf("api_calls").needs : null;
  return { label: "API calls", value: value("total_api_calls"), detail: hint ?? details(course, sessions) };
}

function health(summary: Summary, { value, change }: Numbers): Fact {
  const course = change("error_rate") === "" ? null : change("error_rate").slice(2);
  const needs = summary.error_rate === null ? metricOf("error_rate").needs : null;
  const uptime =
    summary.api_uptime === null
      ? `uptime: ${NO_DATA}. ${metricOf("uptime").needs}`
      : `uptime ${value("api_uptime")}${change("api_uptime")}`;
  return { label: "Error rate", value: value("error_rate"), detail: details(course, needs, uptime) };
}

function satisfaction(summary: Summary, { value, change }: Numbers, comparable: boolean): Fact {
  const nps = formatNps(summary);
  const answers = summary.nps_responses ?? 0;
  const course = comparable ? (formatNpsChange(summary, summary.previous)?.text ?? null) : null;
  const hours = summary.avg_resolution_time_hours;
  const resolution = hours === null ? null : `resolved in ${formatValue("hours", hours, summary)} on average`;
  return {
    label: "NPS",
    value: nps.replace(/ \(.*\)$/, ""),
    detail: details(
      nps === NO_DATA ? metricOf("nps").needs : `${answers} ${answers === 1 ? "answer" : "answers"}`,
      course,
      `${value("open_tickets")} open tickets${change("open_tickets")}`,
      resolution,
    ),
  };
}

/** Every number of the summary beside the one of the days before. */
export function comparisonTable(summary: Summary): Block {
  const { currency, previous } = summary;
  const fields = Object.keys(METRICS) as Field[];
  const rows = fields.map((field) => {
    const metric = METRICS[field];
    return [
      metricOf(metric).label,
      formatValue(metric, summary[field], { currency }),
      formatValue(metric, previous[field], { currency }),
      formatChange(metric, summary[field], previous[field], { currency })?.text.replace(/ \([^)]*\)$/, "") ?? "",
    ];
  });
  const nps = [
    "NPS",
    formatNps(summary),
    formatNps(previous),
    formatNpsChange(summary, previous)?.text.replace(/ \([^)]*\)$/, "") ?? "",
  ];
  return {
    kind: "table",
    columns: [
      { label: "", align: "left" },
      { label: "Now", align: "right" },
      { label: "Before", align: "right" },
      { label: "Change", align: "left" },
    ],
    rows: [...rows, nps],
  };
}
