import { formatValue } from "../../metrics/format.ts";
import { totalsText, type MovementsTold } from "./movement-words.ts";
import type { PeriodEdition, PeriodNumber } from "./period-digest.ts";
import { moreOrFewer } from "./week-comparison.ts";

interface HeadlineInput {
  readonly edition: PeriodEdition;
  /** Those that are told. */
  readonly numbers: readonly PeriodNumber[];
  /** Null where money may not be told. */
  readonly movements: MovementsTold | null;
  readonly currency: string;
  /** All could be judged, and nothing was unusual. */
  readonly isQuiet: boolean;
}

const LEAST_SHARE_OF_MRR = 0.01;
const LEAST_SHARE_OF_PEOPLE = 0.1;

const NAMES = { weekly: "week", monthly: "month" } as const satisfies Record<PeriodEdition, string>;

/** One true sentence: what MRR did when it moved at least 1 %, else people, else the numbers. Null when there are none. */
export function periodHeadline(input: HeadlineInput): string | null {
  return money(input) ?? people(input) ?? quiet(input);
}

function money({ edition, numbers, movements, currency }: HeadlineInput): string | null {
  const { value: now = null, before = null } = numbers.find(({ metric }) => metric === "mrr") ?? {};
  if (now === null || before === null || before === 0) return null;
  if (Math.abs(now - before) < before * LEAST_SHARE_OF_MRR) return null;
  const shown = (amount: number) => formatValue("money", amount, { currency });
  const reason = movements === null || movements.totals.length === 0 ? "" : `: ${totalsText(movements, currency)}`;
  const verb = now > before ? "rose" : "fell";
  return `MRR ${verb} ${shown(Math.abs(now - before))} in the ${NAMES[edition]}, to ${shown(now)}${reason}.`;
}

function people({ edition, numbers }: HeadlineInput): string | null {
  const told = [
    { metric: edition === "weekly" ? "wau" : "mau", verb: "were active", least: LEAST_SHARE_OF_PEOPLE },
    { metric: "signups", verb: "signed up", least: 0 },
  ] as const;
  for (const { metric, verb, least } of told) {
    const { value: now = null, before = null, clear = false } = numbers.find((one) => one.metric === metric) ?? {};
    if (now === null || before === null || before === 0) continue;
    if (!clear || Math.abs(now - before) / before < least) continue;
    const count = (value: number) => formatValue("count", value, { currency: "" });
    return `${count(now)} people ${verb}, ${moreOrFewer(now, before)} than the ${NAMES[edition]} before (${count(before)}).`;
  }
  return null;
}

function quiet({ edition, numbers, currency, isQuiet }: HeadlineInput): string | null {
  const wanted = numbers.filter(({ metric, value }) => {
    return value !== null && ["mrr", "wau", "mau", "signups"].includes(metric) && (metric !== "mrr" || value !== 0);
  });
  if (wanted.length === 0) return null;
  const parts = wanted
    .toSorted((one, other) => Number(one.metric === "mrr") - Number(other.metric === "mrr"))
    .map(({ metric, value }) => {
      const text = formatValue(metric, value, { currency });
      switch (metric) {
        case "mrr":
          return `MRR ${text}`;
        case "signups":
          return `${text} ${value === 1 ? "sign-up" : "sign-ups"}`;
        default:
          return `${text} ${value === 1 ? "active user" : "active users"}`;
      }
    });
  return `${isQuiet ? `A usual ${NAMES[edition]}: ` : ""}${parts.join(", ")}.`;
}

/** "the week before" */
export function beforeText(edition: PeriodEdition): string {
  return `the ${NAMES[edition]} before`;
}
