import type { Temporal } from "../../core/time.ts";
import { divideRounded, toMajorUnits } from "../../core/money.ts";
import type { Group } from "../../metrics/catalogue.ts";
import { formatValue } from "../../metrics/format.ts";
import { MONEY } from "../permission/policy.ts";
import type { View } from "../permission/view.ts";
import { dayText } from "../window-words.ts";
import type { TicketContext } from "./context-store.ts";

const SATISFACTION: Group = "satisfaction";
const HEALTH: Group = "health";

/** Millionths of a minor unit a year, a month. */
const PER_MONTH = 12_000_000n;

export interface ContextStyle {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly currency: string;
}

/** Rounded once, in major units. */
export function monthly(arr: bigint, currency: string): number {
  return toMajorUnits(divideRounded(arr, PER_MONTH), currency);
}

/** What is said of one account is for who may see names in that group. */
export function mayNameMoney(view: Pick<View, "names">): boolean {
  return view.names.has(MONEY);
}

/**
 * "acme · Workflow $299/mo · NPS 4 (12 Nov) · 17 errors in 24 h, most on POST /exports", without what the reader may not
 * see. Null: nothing is left to say.
 */
export function contextLine(
  { account, plan, arr, nps, errors }: TicketContext,
  { names }: Pick<View, "names">,
  style: ContextStyle,
): string | null {
  const parts: (string | null)[] = [];
  if (names.has(MONEY)) parts.push(account, moneyWords(plan, arr, style.currency));
  if (names.has(SATISFACTION) && nps !== null)
    parts.push(`NPS ${nps.score} (${dayText(localDay(nps.at, style).toString(), localDay(style.now, style))})`);
  if (names.has(HEALTH) && errors !== null && errors.count > 0) parts.push(errorWords(errors));
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? null : said.join(" · ");
}

function moneyWords(plan: string | null, arr: bigint | null, currency: string): string | null {
  const price = arr === null ? null : `${formatValue("money", monthly(arr, currency), { currency })}/mo`;
  return price === null && plan === null ? null : [plan, price].filter((part) => part !== null).join(" ");
}

function errorWords({ count, at }: NonNullable<TicketContext["errors"]>): string {
  const errors = `${count.toLocaleString("en-US")} ${count === 1 ? "error" : "errors"} in 24 h`;
  if (at === null) return errors;
  return count === 1 ? `${errors}, on ${at}` : `${errors}, most on ${at}`;
}

function localDay(instant: Temporal.Instant, { timeZone }: ContextStyle): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate();
}
