import { expect, test } from "vitest";
import { altText } from "../../src/charts/alt-text.ts";
import { chartJsConfig } from "../../src/charts/chart-js-config.ts";
import { drawnAs } from "../../src/charts/drawn-as.ts";
import { measureText } from "../../src/charts/measure-text.ts";
import { paletteOf } from "../../src/charts/palette.ts";
import { renderSvg } from "../../src/charts/svg.ts";
import { catalogue, type MetricName } from "../../src/metrics/catalogue.ts";
import { lineOf } from "./example-charts.ts";

const pathsOf = (svg: string) =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="var\(--chart-1/g)].map(([, d = ""]) => d);

const datasetsOf = (chart: ReturnType<typeof lineOf>) =>
  chartJsConfig(chart, { palette: paletteOf("light"), width: 600, hatch: () => "", measure: measureText, room: null })
    .data.datasets;

test("a level is drawn in steps, everything else in straight lines, and nothing in curves", () => {
  for (const name of Object.keys(catalogue) as MetricName[]) {
    const chart = lineOf([5, 5, 9, 2], { ...drawnAs(name), currency: "USD" });
    if (chart.kind !== "line") continue;
    const isLevel = catalogue[name].kind === "level";
    const drawn = pathsOf(renderSvg(chart, { id: "a" }));
    expect(drawn.length, name).toBeGreaterThan(0);
    for (const path of drawn)
      expect(path, name).toMatch(isLevel ? /^M[\d. ]+(H[\d.]+V[\d.]+)+$/ : /^M[\d. ]+(L[\d. ]+)+$/);
    for (const dataset of datasetsOf(chart)) {
      expect(dataset, name).toMatchObject({ stepped: isLevel ? "before" : false });
      expect(dataset).not.toHaveProperty("cubicInterpolationMode");
      expect(dataset).not.toHaveProperty("tension");
    }
  }
});

test("counts are bars, which begin at zero", () => {
  expect(drawnAs("signups")).toEqual({ kind: "bar", unit: "count" });
});

test("the newest number is what a level comes to, never what a rate or a count of the window comes to", () => {
  expect(drawnAs("mrr").headline).toBe("newest");
  expect(drawnAs("mau").headline).toBe("newest");
  for (const name of ["churn_rate", "error_rate", "nrr", "signups", "latency_p95", "resolution_hours"] as const)
    expect(drawnAs(name).headline, name).toBeUndefined();
});

test("what the window comes to stands first in the words of the picture", () => {
  const chart = lineOf([0, 20, 0], { unit: "percent", headline: { text: "no data", days: "22 Oct - 20 Nov" } });
  expect(altText(chart)).toMatch(/^MRR: no data \(22 Oct - 20 Nov\)\. Over time, from /);
});

test("an axis that leaves out zero is marked, and one that has it is not", () => {
  const strokes = (svg: string) => svg.match(/stroke-width="1\.5"\/>/g)?.length ?? 0;
  const marked = renderSvg(lineOf([14_900, 16_412]), { id: "a" });
  const plain = renderSvg(lineOf([0, 16_412]), { id: "a" });
  expect(strokes(marked)).toBe(strokes(plain) + 1);
  expect(renderSvg(lineOf([14_900, 16_412], { kind: "bar" }), { id: "a" })).not.toMatch(
    /<path d="M[^"]*" fill="none" stroke="var\(--chart-muted/,
  );
});
