import type { ChartDataset } from "chart.js";
import { barRows, type RowChart } from "./bar-rows.ts";
import type { Config, Data, Look } from "./chart-js-config.ts";
import { wordAxis } from "./chart-js-axes.ts";
import { shortened } from "./line-names.ts";
import { paletteColour, roleColour } from "./palette.ts";
import { rowScale } from "./value-scale.ts";

type Scales = NonNullable<NonNullable<Config["options"]>["scales"]>;

const LONGEST_NAME = 22;
/** A level is a mark and not a bar: how wide it is, as a share of the axis. */
const MARK_SHARE = 0.008;

export function rowDataset(chart: RowChart, { palette }: Look): ChartDataset<"bar", Data> {
  const { min, max } = rowScale(chart);
  const half = ((max - min) * MARK_SHARE) / 2;
  const rows = barRows(chart);
  return {
    type: "bar",
    data: rows.map(({ role, span }) => {
      if (span === null || (role !== "level" && span.from === span.to)) return null;
      return role === "level" ? [span.from - half, span.to + half] : [span.from, span.to];
    }),
    backgroundColor: rows.map(({ role }) => paletteColour(palette, roleColour(role))),
    borderSkipped: false,
    borderRadius: 2,
    categoryPercentage: 1,
    barPercentage: 0.66,
    clip: false,
  };
}

/** Names left of the bars, their numbers right of them, each row a line of its own. */
export function rowAxes(chart: RowChart, look: Look): Scales {
  const { palette } = look;
  const scale = rowScale(chart);
  const rows = barRows(chart);
  const names = wordAxis(
    "y",
    rows.map(({ name }) => shortened(name, LONGEST_NAME)),
    look,
  );
  const numbers = wordAxis(
    "y",
    rows.map(({ text }) => text),
    look,
  );
  const strong = { ...names.ticks, color: palette.ink, padding: 14 };
  return {
    y: { ...names, offset: true, grid: { display: false }, ticks: { ...strong, crossAlign: "far" } },
    yNumbers: {
      ...numbers,
      offset: true,
      position: "right",
      grid: { display: false },
      ticks: { ...strong, font: { ...strong.font, weight: 600 } },
    },
    x: { type: "linear", min: scale.min, max: scale.max, display: false },
    ...axisWords(
      chart,
      scale.ticks.map(({ text }) => text),
      look,
    ),
  };
}

/** The widths of a funnel are told by its numbers; where a waterfall stands is not. */
function axisWords(chart: RowChart, texts: readonly string[], look: Look): Scales {
  switch (chart.kind) {
    case "waterfall":
      return { xWords: { ...wordAxis("x", texts, look), grid: { drawTicks: false, color: look.palette.grid } } };
    case "funnel":
      return {};
  }
}
