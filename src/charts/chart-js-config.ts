import type { ChartConfiguration } from "chart.js";
import { NO_DATA_YET, isEmpty, partialIndex, type Chart } from "./chart.ts";
import { TEXT_PIXELS } from "./chart-js-axes.ts";
import { rowAxes, rowDataset } from "./chart-js-rows.ts";
import { seriesAxes, seriesDatasets } from "./chart-js-series.ts";
import { FONT_FAMILY } from "./fonts.ts";
import { dayRange, daysText, shortDay } from "./day-labels.ts";
import { lettersOf, shortened } from "./line-names.ts";
import type { Palette } from "./palette.ts";

export const MARGIN = 24;
/** More than fit on any line; each is measured. */
const MOST_TITLE_LETTERS = 150;

export interface Look {
  readonly palette: Palette;
  /** CSS pixels. */
  readonly width: number;
  /** Fill of a bar that is not over: whatever the renderer's `backgroundColor` takes. */
  hatch(colour: string): string;
  /** Width of a text in CSS pixels. */
  measure(text: string, weight: 400 | 600, pixels: number): number;
  /**
   * What is kept free for the renderer's own words: the newest number at the top right, and the names of several lines, where
   * they end. Null when it writes none; several lines then get a legend.
   */
  readonly room: { readonly headline: number; readonly names: number } | null;
}

/** Numbers, or the two ends of a bar; null is a gap. */
export type Data = (number | [number, number] | null)[];
export type Config = ChartConfiguration<"line" | "bar", Data, string>;

/**
 * The chart for Chart.js 4. It is plain data without functions, so that it can be sent to another process as it is: words on
 * an axis are an axis of categories beside the axis of numbers.
 */
export function chartJsConfig(chart: Chart, look: Look): Config {
  const { palette, room } = look;
  const font = { family: FONT_FAMILY, size: TEXT_PIXELS.small };
  const title = { display: true, align: "start", fullSize: true } as const;
  return {
    type: chart.kind === "line" ? "line" : "bar",
    data: dataOf(chart, look),
    options: {
      responsive: false,
      animation: false,
      events: [],
      devicePixelRatio: 2,
      font,
      color: palette.muted,
      layout: { padding: { top: 14, right: MARGIN + (room?.names ?? 0), bottom: 12, left: MARGIN } },
      ...axesOf(chart, look),
      plugins: {
        tooltip: { enabled: false },
        title: {
          ...title,
          text: fitted(chart.title, look.width - 2 * MARGIN - (room?.headline ?? 0), look),
          color: palette.ink,
          font: { family: FONT_FAMILY, size: TEXT_PIXELS.title, weight: 600 },
          padding: { top: 4, bottom: 2 },
        },
        subtitle: {
          ...title,
          text: subtitleOf(chart, look),
          color: palette.muted,
          font,
          padding: { top: 2, bottom: hasLegend(chart, look) ? 4 : 20 },
        },
        legend: {
          display: hasLegend(chart, look),
          align: "start",
          maxHeight: 80,
          labels: { boxWidth: 11, boxHeight: 11, padding: 14, color: palette.ink, font },
        },
      },
    },
  };
}

function dataOf(chart: Chart, look: Look): Config["data"] {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return { labels: [...chart.labels], datasets: seriesDatasets(chart, look) };
    case "waterfall":
    case "funnel":
      return { labels: chart.steps.map(({ label }) => label), datasets: [rowDataset(chart, look)] };
  }
}

function axesOf(chart: Chart, look: Look): Pick<NonNullable<Config["options"]>, "indexAxis" | "scales"> {
  if (isEmpty(chart)) return { scales: { x: { display: false }, y: { display: false } } };
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return { scales: seriesAxes(chart, look) };
    case "waterfall":
    case "funnel":
      return { indexAxis: "y", scales: rowAxes(chart, look) };
  }
}

/** Several lines are named where they end, if the renderer does it; bars always need a legend. */
function hasLegend(chart: Chart, { room }: Look): boolean {
  switch (chart.kind) {
    case "line":
      return chart.series.length > 1 && room === null;
    case "bar":
    case "stacked-bar":
      return chart.series.length > 1;
    case "waterfall":
    case "funnel":
      return false;
  }
}

/** "22 Oct - 20 Nov 2026 · hatched: 20 Nov is partial" */
function subtitleOf(chart: Chart, { room }: Look): string {
  if (isEmpty(chart)) return room === null ? NO_DATA_YET : "";
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar": {
      const partial = partialIndex(chart) === -1 ? null : `hatched: ${shortDay(chart.labels.at(-1) ?? "")} is partial`;
      return [dayRange(chart.labels), partial].filter((part) => part !== null).join("  ·  ");
    }
    case "waterfall":
    case "funnel":
      return chart.days === undefined ? "" : daysText(chart.days);
  }
}

function fitted(text: string, width: number, { measure }: Look): string {
  const fits = (some: string) => measure(some, 600, TEXT_PIXELS.title) <= width;
  const whole = shortened(text, MOST_TITLE_LETTERS);
  if (fits(whole)) return whole;
  const letters = lettersOf(whole);
  while (letters.length > 1 && !fits(`${letters.join("")}…`)) letters.pop();
  return `${letters.join("")}…`;
}
