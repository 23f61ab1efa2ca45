import { html, raw } from "hono/html";
import type { Temporal } from "../core/time.ts";
import { wishName } from "../core/window-name.ts";
import { addressedWindow } from "../core/window-text.ts";
import {
  settledOn,
  windowOn,
  type CalendarUnit,
  type Compare,
  type SettledWish,
  type WindowWish,
} from "../core/window-wish.ts";
import type { Markup } from "./document.ts";
import type { PageAsked } from "./page-query.ts";

const DAYS = [7, 30, 90, 365] as const;
const UNITS = ["month", "quarter", "year"] as const satisfies readonly CalendarUnit[];

interface Choice {
  readonly label: string;
  readonly wish: SettledWish;
}

/** Links to usual windows, and forms for any other. Null: nothing is shown, so nothing is marked. */
export function windowChoice(asked: PageAsked | null, today: Temporal.PlainDate): Markup {
  const current = asked === null ? "" : addressedWindow(settledOn(today, asked.window));
  const compare = asked?.compare ?? "previous";
  const link = ({ label, wish }: Choice) => {
    const query = addressedWindow(wish);
    const mark = query === current ? raw(' aria-current="page"') : "";
    return html`<li><a href="/metrics?${query}${compareQuery(compare)}" ${mark}>${label}</a></li>`;
  };
  return html`<nav aria-label="Period" class="choice">
    <ul class="periods">
      ${DAYS.map((days) => link({ label: `${days} days`, wish: { kind: "days", days } }))}
    </ul>
    <details class="dates">
      <summary>Months, quarters and other days</summary>
      <ul class="periods">
        ${calendarChoices(today).map(link)}
      </ul>
      ${otherDays(asked, today)}
    </details>
  </nav>`;
}

/** What is running and what was before it, as far as a day of it is over. */
function calendarChoices(today: Temporal.PlainDate): Choice[] {
  return UNITS.flatMap((unit) =>
    [0, 1].flatMap((ago) => {
      const wish: WindowWish = { kind: "running", unit, ago };
      const found = windowOn(today, wish);
      if (!found.ok) return [];
      const name = `${ago === 0 ? "This" : "Last"} ${unit} (${wishName(found.window.wish, today)})`;
      return [{ label: name, wish: found.window.wish }];
    }),
  );
}

function otherDays(asked: PageAsked | null, today: Temporal.PlainDate): Markup {
  const yesterday = today.subtract({ days: 1 }).toString();
  const found = asked === null ? null : windowOn(today, asked.window);
  const [from, to] =
    found?.ok === true ? [found.window.start.toString(), found.window.end.toString()] : [yesterday, yesterday];
  return html`<form method="get" action="/metrics" class="days">
    <label>From <input type="date" name="from" value="${from}" min="2000-01-01" max="${yesterday}" required /></label>
    <label>to <input type="date" name="to" value="${to}" min="2000-01-01" required /></label>
    <label>
      against
      <select name="compare">
        ${AGAINST.map(
          ({ compare, label }) =>
            html`<option value="${compare}" ${compare === (asked?.compare ?? "previous") ? raw("selected") : ""}>
              ${label}
            </option>`,
        )}
      </select>
    </label>
    <button class="plain" type="submit">Show</button>
  </form>`;
}

const AGAINST: readonly { readonly compare: Compare; readonly label: string }[] = [
  { compare: "previous", label: "the days before" },
  { compare: "year", label: "a year earlier" },
  { compare: "none", label: "nothing" },
];

function compareQuery(compare: Compare): string {
  return compare === "previous" ? "" : `&compare=${compare}`;
}
