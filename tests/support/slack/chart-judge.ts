import { readFileSync } from "node:fs";
import { list, onlyFields, text, type Judge, type Thing } from "./judging.ts";

const { data_visualization: limits } = JSON.parse(
  readFileSync(new URL("../../data/slack/limits.json", import.meta.url), "utf8"),
) as {
  readonly data_visualization: {
    readonly title: { readonly max_length: number };
    readonly series_name: { readonly max_length: number };
    readonly data: { readonly min_items: number; readonly max_items: number };
    readonly point_label: { readonly max_length: number };
    readonly categories: { readonly min_items: number; readonly max_items: number };
    readonly category_label: { readonly max_length: number };
    readonly axis_label: { readonly max_length: number };
  };
};

/** Of Slack's documentation, which is stricter than the file of limits (12), and names no other number for a message. */
const MOST_SERIES = 6;
const MOST_CHARTS = 2;

/** A line, an area or bars over categories; pies are none of ours. */
export function judgeChart(block: Thing, at: string, judge: Judge): void {
  if (!judge.takesCharts) return void judge.faults.push(`unsupported chart [${at}]`);
  judge.charts += 1;
  if (judge.charts > MOST_CHARTS) judge.faults.push(`no more than ${MOST_CHARTS} charts a message [${at}]`);
  text(block["title"], 1, limits.title.max_length, `${at}/title`, judge);
  const chart = (block["chart"] ?? {}) as Thing;
  onlyFields(chart, ["type", "series", "axis_config"], `${at}/chart`, judge);
  if (!["line", "bar", "area"].includes(String(chart["type"])))
    judge.faults.push(`unsupported type [${at}/chart/type]`);
  const axis = (chart["axis_config"] ?? {}) as Thing;
  onlyFields(axis, ["categories", "x_label", "y_label"], `${at}/chart/axis_config`, judge);
  const categories = (axis["categories"] ?? []) as readonly unknown[];
  if (categories.length < limits.categories.min_items || categories.length > limits.categories.max_items)
    judge.faults.push(`wrong number of categories [${at}/chart]`);
  if (new Set(categories).size < categories.length) judge.faults.push(`a category is there twice [${at}/chart]`);
  for (const one of categories)
    text(one, 1, limits.category_label.max_length, `${at}/chart/axis_config/categories`, judge);
  for (const name of ["x_label", "y_label"])
    if (axis[name] !== undefined) text(axis[name], 1, limits.axis_label.max_length, `${at}/chart/${name}`, judge);
  const series = list(chart["series"], 1, MOST_SERIES, `${at}/chart/series`, judge);
  for (const [one, where] of series) judgeSeries(one, categories, where, judge);
  const names = series.map(([{ name }]) => name);
  if (new Set(names).size < names.length) judge.faults.push(`a name is there twice [${at}/chart/series]`);
}

function judgeSeries(series: Thing, categories: readonly unknown[], at: string, judge: Judge): void {
  onlyFields(series, ["name", "data"], at, judge);
  text(series["name"], 1, limits.series_name.max_length, `${at}/name`, judge);
  const points = list(series["data"], limits.data.min_items, limits.data.max_items, `${at}/data`, judge);
  for (const [point, where] of points) {
    onlyFields(point, ["label", "value"], where, judge);
    text(point["label"], 1, limits.point_label.max_length, `${where}/label`, judge);
    if (typeof point["value"] !== "number" || !Number.isFinite(point["value"]))
      judge.faults.push(`must be a number [${where}/value]`);
  }
  const labels = points.map(([{ label }]) => label);
  if (JSON.stringify(labels) !== JSON.stringify(categories))
    judge.faults.push(`labels must be the categories [${at}/data]`);
}
