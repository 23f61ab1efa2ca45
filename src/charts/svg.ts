import { altText } from "./alt-text.ts";
import { NO_DATA_YET, isEmpty, partialIndex, type Chart, type SeriesChart } from "./chart.ts";
import { labelTicks } from "./day-labels.ts";
import { shortened, spread } from "./line-names.ts";
import { barMarks, lineMarks, partialMark, type Plot } from "./svg-marks.ts";
import { element, escapeXml, pixels } from "./svg-markup.ts";
import { rowMarks, rowsHeight } from "./svg-rows.ts";
import { colourOf } from "./palette.ts";
import { isBroken, shareOfScale, valueScale } from "./value-scale.ts";

export interface SvgOptions {
  /** Pixels of the drawing's own grid; the page may scale it. Charts of rows are as high as their rows. */
  readonly width?: number;
  readonly height?: number;
  /** Makes ids inside the drawing unlike those of others on the same page; letters, digits and dashes. */
  readonly id: string;
}

const WIDTH = 720;
const HEIGHT = 260;
const LETTER = 6.8;
const FONT_SIZE = 12;
const PIXELS_PER_LABEL = 84;
/** Room right of the plot when no names stand there, in pixels. */
const MARGIN = 20;

/**
 * The chart as an SVG element for a page, without a title drawn: the page has its own heading. Colours are the CSS variables
 * `--chart-1` to `--chart-5`, `--chart-ink`, `--chart-muted`, `--chart-grid` and `--chart-surface`; without them it is light.
 */
export function renderSvg(chart: Chart, { width = WIDTH, height = usualHeight(chart), id }: SvgOptions): string {
  const description = altText(chart);
  const content = isEmpty(chart) ? noData(width, height) : contentOf(chart, width, height, id);
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": description,
      "font-size": FONT_SIZE,
    },
    content,
  );
}

function usualHeight(chart: Chart): number {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return HEIGHT;
    case "waterfall":
    case "funnel":
      return rowsHeight(chart);
  }
}

function contentOf(chart: Chart, width: number, height: number, id: string): string {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return drawing(chart, width, height, id);
    case "waterfall":
    case "funnel":
      return rowMarks(chart, width);
  }
}

function noData(width: number, height: number): string {
  return element(
    "text",
    { x: width / 2, y: height / 2, "text-anchor": "middle", fill: colourOf("muted"), "font-size": 14 },
    NO_DATA_YET,
  );
}

function drawing(chart: SeriesChart, width: number, height: number, id: string): string {
  const plot = plotOf(chart, width, height, id);
  const marks = chart.kind === "line" ? lineMarks(chart, plot) : barMarks(chart, plot);
  const axes = valueAxis(chart, plot) + labelAxis(chart, plot) + breakMark(chart, plot);
  return partialMark(chart, plot) + axes + marks + names(chart, plot);
}

function plotOf(chart: SeriesChart, width: number, height: number, id: string): Plot {
  const scale = valueScale(chart, height < 240 ? 3 : 4);
  const left = Math.max(...scale.ticks.map(({ text }) => text.length)) * LETTER + 12;
  const named = chart.series.length > 1;
  const longest = Math.max(...chart.series.map(({ label }) => shortened(label, 16).length));
  const area = { left, top: 12, right: width - (named ? longest * LETTER + 16 : MARGIN), bottom: height - 28 };
  const band = (area.right - area.left) / chart.labels.length;
  const gaps = Math.max(1, chart.labels.length - 1);
  const isBanded = chart.kind !== "line" || chart.labels.length === 1 || partialIndex(chart) !== -1;
  return {
    ...area,
    id,
    band,
    isStepped: chart.isLevel === true,
    x: (index) => (isBanded ? area.left + band * (index + 0.5) : area.left + ((area.right - area.left) * index) / gaps),
    y: (value) => area.bottom - (area.bottom - area.top) * shareOfScale(scale, value),
    ticks: scale.ticks,
  };
}

function valueAxis(chart: SeriesChart, plot: Plot): string {
  return plot.ticks
    .map(({ value, text }, position) => {
      const y = plot.y(value);
      const isBase = chart.kind === "line" ? position === 0 : value === 0;
      const line = {
        x1: plot.left,
        x2: plot.right,
        y1: y,
        y2: y,
        stroke: colourOf("grid"),
        "stroke-width": isBase ? 1.5 : 1,
      };
      const label = { x: plot.left - 10, y: y + 4, "text-anchor": "end", fill: colourOf("muted") };
      return element("line", line) + element("text", label, escapeXml(text));
    })
    .join("");
}

/** The axis does not begin at zero: two short strokes across its lower end. */
function breakMark(chart: SeriesChart, plot: Plot): string {
  if (!isBroken(chart)) return "";
  const stroke = (bottom: number) =>
    `M${pixels(plot.left - 9)} ${pixels(bottom)}L${pixels(plot.left + 1)} ${pixels(bottom - 5)}`;
  const d = stroke(plot.bottom - 5) + stroke(plot.bottom - 10);
  return element("path", { d, fill: "none", stroke: colourOf("muted"), "stroke-width": 1.5 });
}

function labelAxis(chart: SeriesChart, plot: Plot): string {
  const most = Math.max(2, Math.floor((plot.right - plot.left) / PIXELS_PER_LABEL));
  const room = Math.max(4, Math.floor(((plot.right - plot.left) / most - 8) / LETTER));
  return labelTicks(chart.labels, most)
    .map(({ index, text }) => {
      const shown = shortened(text, room);
      const x = Math.min(plot.x(index), plot.right + MARGIN - (shown.length * LETTER) / 2);
      const at = { x, y: plot.bottom + 20, "text-anchor": "middle", fill: colourOf("muted") };
      return element("text", at, escapeXml(shown));
    })
    .join("");
}

/** Names of several series, right of the plot: lines where they end, bars as a column from the top. */
function names(chart: SeriesChart, plot: Plot): string {
  if (chart.series.length < 2) return "";
  const ends = chart.series.flatMap((series, index) => {
    const last = series.values.findLast((value) => value !== null);
    if (last === undefined || last === null) return [];
    return [{ label: series.label, index, y: chart.kind === "line" ? plot.y(last) : plot.top + 8 + index * 18 }];
  });
  return spread(ends, 16, plot.bottom)
    .map(({ label, index, y }) => {
      const at = { x: plot.right + 12, y: y + 4, fill: colourOf(index), "font-weight": 600 };
      return element("text", at, escapeXml(shortened(label, 16)));
    })
    .join("");
}
