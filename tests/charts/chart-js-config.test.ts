import { expect, test } from "vitest";
import { chartJsConfig } from "../../src/charts/chart-js-config.ts";
import { paletteOf } from "../../src/charts/palette.ts";
import { lineOf, MOVEMENTS, STEPS_TO_PAYING } from "./example-charts.ts";

const look = {
  palette: paletteOf("light"),
  width: 600,
  hatch: (colour: string) => `hatched ${colour}`,
  measure: (text: string) => text.length * 8,
  room: null,
};

test.each([
  ["line", lineOf([1, null, 3, 4], { lastIsPartial: true })],
  ["bar", lineOf([1, null, 3, 4], { kind: "bar", lastIsPartial: true })],
  ["stacked-bar", lineOf([1, -2], { kind: "stacked-bar" })],
  ["waterfall", MOVEMENTS],
  ["funnel", STEPS_TO_PAYING],
  ["empty", lineOf([null])],
])("the configuration of a %s chart is plain data: nothing is lost on the way to another process", (_, chart) => {
  const config = chartJsConfig(chart, look);
  expect(JSON.parse(JSON.stringify(config))).toStrictEqual(config);
});

test("the words of the axis stand beside its numbers, the highest on top", () => {
  const { options } = chartJsConfig(lineOf([14_900, 16_412]), look);
  expect(options?.scales).toMatchObject({
    y: { min: 14_500, max: 16_500 },
    yWords: { labels: ["$16.5k", "$16.0k", "$15.5k", "$15.0k", "$14.5k"] },
  });
});

test("the bars of a waterfall begin where those above them ended", () => {
  const { data } = chartJsConfig(MOVEMENTS, look);
  const bars = data.datasets[0]?.data;
  expect(bars?.slice(1, 6)).toEqual([[15_841, 16_473], null, [16_473, 16_751], [16_751, 16_631], [16_631, 16_412]]);
});

test.each(["line", "bar"] as const)(
  "the place of a day that is not over is hatched in a %s chart, and said to be partial",
  (kind) => {
    const { data, options } = chartJsConfig(lineOf([1, 2, 3], { kind, lastIsPartial: true }), look);
    const fills = data.datasets.flatMap(({ backgroundColor }) => backgroundColor as string | string[]);
    expect(fills.filter((fill) => fill.startsWith("hatched"))).toHaveLength(1);
    expect(options?.plugins?.subtitle?.text).toContain("hatched: 20 Nov is partial");
    expect(JSON.stringify(chartJsConfig(lineOf([1, 2, 3], { kind }), look))).not.toMatch(/hatched|partial/);
  },
);
