import { html, raw } from "hono/html";
import { renderSparkline } from "../charts/sparkline.ts";
import { renderSvg } from "../charts/svg.ts";
import { chartTable } from "../charts/table.ts";
import { shortDay } from "../charts/day-labels.ts";
import { localDay, type Temporal } from "../core/time.ts";
import { wishName } from "../core/window-name.ts";
import { settledOn } from "../core/window-wish.ts";
import type { Daily, FeatureUse, Summary } from "../metrics/answers.ts";
import { formatValue } from "../metrics/format.ts";
import { cardsOf, type Card } from "./cards.ts";
import { sentence, type Markup } from "./document.ts";
import { pageCharts, type PageChart } from "./page-charts.ts";
import type { PageAsked } from "./page-query.ts";
import { agoText, rangeText, timeOfDay } from "./spans.ts";
import { windowChoice } from "./window-choice.ts";

export interface DashboardParts {
  readonly asked: PageAsked;
  readonly summary: Summary;
  readonly daily: Daily;
  readonly now: Temporal.Instant;
  /** False while the first day is not over: then there is only today. */
  readonly hasCompleteDay: boolean;
  readonly signOut: Markup | "";
}

/** Widths and heights of a chart, one of which the window's width chooses. The first chart spans the page. */
const SIZES = {
  first: { wide: [1080, 270], middle: [640, 250], narrow: [330, 210] },
  other: { wide: [520, 250], middle: [640, 250], narrow: [330, 210] },
} as const;

export function dashboard({ asked, summary, daily, now, hasCompleteDay, signOut }: DashboardParts): Markup {
  const window = summary.date_range;
  const today = localDay(now, window.timezone);
  return html`<main>
      <div class="top">
        <div>
          <h1>${hasCompleteDay ? titleOf(asked, summary, today) : "The first day"}</h1>
          <p class="quiet">
            ${hasCompleteDay ? windowText(summary) : `The first full day ends at midnight ${window.timezone}.`}
          </p>
        </div>
        ${windowChoice(asked, today)}
      </div>
      ${
        hasCompleteDay
          ? html`<ul class="cards">
              ${cardsOf(summary, daily, asked).map(cardItem)}
            </ul>`
          : ""
      }
      ${todayPanel(daily, window.timezone)}
      ${hasCompleteDay ? html`<div class="charts">${pageCharts(daily).map(chartPanel)}</div>` : ""}
      ${hasCompleteDay ? features(summary.top_features, summary.currency) : ""}
    </main>
    <footer>
      <p>${freshness(summary, now)} Days end at midnight ${window.timezone}. Money is in ${summary.currency}.</p>
      ${signOut}
    </footer>`;
}

/** "The last 30 days", "October 2026", "December 2026 so far". */
function titleOf({ window }: PageAsked, { date_range }: Summary, today: Temporal.PlainDate): string {
  const wish = settledOn(today, window);
  if (wish.kind === "days") return `The last ${wish.days === 1 ? "day" : `${wish.days} days`}`;
  return `${wishName(wish, today)}${date_range.complete ? "" : " so far"}`;
}

function windowText({ date_range, previous }: Summary): string {
  return previous === null
    ? rangeText(date_range)
    : `${rangeText(date_range)}, against ${rangeText(previous.date_range)}`;
}

function freshness({ computed_at }: Summary, now: Temporal.Instant): string {
  return computed_at === null ? "Nothing has been computed yet." : `As of ${agoText(computed_at, now)}.`;
}

function cardItem(card: Card): Markup {
  return html`<li class="panel card">
    <h2 title="${card.meaning}">${card.label}</h2>
    <p class="value${card.known ? "" : " unknown"}">${card.value}</p>
    ${changeLine(card)} ${card.detail === null ? "" : html`<p class="quiet">${card.detail}</p>`}
    ${card.missing === null ? "" : html`<p class="quiet">${sentence(card.missing)}</p>`}
    ${raw(renderSparkline(card.trend))}
  </li>`;
}

function changeLine({ change, known, isCompared }: Card): Markup | "" {
  if (change !== null) return html`<p class="change ${change.tone}">${change.text}</p>`;
  return known && isCompared ? html`<p class="change neutral">no earlier data</p>` : "";
}

function todayPanel({ today, currency }: Daily, timeZone: string): Markup {
  const count = (value: number | null) => formatValue("count", value, { currency });
  const facts = [
    ["Sign-ups", count(today.signups)],
    ["Active users", count(today.dau)],
    ["API calls", count(today.api_calls)],
    ["Error rate", formatValue("error_rate", today.error_rate, { currency })],
    ["MRR", formatValue("mrr", today.mrr, { currency })],
    ["Tickets opened", count(today.tickets_opened)],
  ];
  return html`<section class="panel today" aria-labelledby="today">
    <header>
      <h2 id="today">Today so far</h2>
      <p class="quiet">${shortDay(today.date)} until ${timeOfDay(today.as_of, timeZone)}; the day is not over</p>
    </header>
    <dl class="facts">
      ${facts.map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function chartPanel({ name, chart }: PageChart, position: number): Markup {
  const sizes = Object.entries(position === 0 ? SIZES.first : SIZES.other);
  const { columns, rows } = chartTable(chart);
  return html`<section class="panel" aria-labelledby="chart-${name}">
    <header>
      <h2 id="chart-${name}">${chart.title}</h2>
      ${chart.lastIsPartial === true ? html`<p class="quiet">${chart.kind === "line" ? "dotted" : "hatched"}: today so far</p>` : ""}
    </header>
    ${sizes.map(([size, [width, height]]) => html`<div class="drawing ${size}">${raw(renderSvg(chart, { width, height, id: `${name}-${size}` }))}</div>`)}
    <details>
      <summary>Numbers as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${chart.title} as a table">
        <table>
          <thead>
            <tr>
              ${columns.map(({ label, align }) => html`<th scope="col" class="${align}">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  ${row.map((cell, index) => html`<td class="${columns[index]?.align ?? "left"}">${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function features(used: readonly FeatureUse[], currency: string): Markup | "" {
  if (used.length === 0) return "";
  const time = (value: number | null) => formatValue("milliseconds", value, { currency });
  return html`<section class="panel" aria-labelledby="features">
    <header><h2 id="features">Most used features</h2></header>
    <div class="scroll" tabindex="0" role="region" aria-label="Most used features">
      <table>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col" class="right">Calls</th>
            <th scope="col" class="right mean">Mean</th>
            <th scope="col" class="right">p95</th>
          </tr>
        </thead>
        <tbody>
          ${used.map(
            (one) =>
              html`<tr>
                <td class="route"><code>${one.feature}</code></td>
                <td class="right">${formatValue("count", one.usage_count, { currency })}</td>
                <td class="right mean">${time(one.avg_response_time_ms)}</td>
                <td class="right">${time(one.p95_response_time_ms)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
