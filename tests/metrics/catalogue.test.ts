import { expect, expectTypeOf, test } from "vitest";
import {
  catalogue,
  catalogueRows,
  columnOf,
  isMetricName,
  metricNames,
  type MetricName,
  type NameOf,
} from "../../src/metrics/catalogue.ts";
import { sumOverDays } from "../../src/metrics/read/value.ts";

test("every metric is described in one sentence, has a formula in words and a next step for the day without data", () => {
  for (const row of catalogueRows()) {
    expect(row.meaning, row.name).toMatch(/^[A-Z0-9][^!]*\.$/);
    expect(row.formula, row.name).toMatch(/^[A-Z0-9(][^!]*\.$/);
    expect(row.needs, row.name).toMatch(/^(Send|Run|Open) [^!]*\.$/);
  }
});

test("no two metrics share a label or a column of daily_metrics", () => {
  expect(new Set(catalogueRows().map((row) => row.label)).size).toBe(metricNames.length);
  expect(new Set(metricNames.map(columnOf)).size).toBe(metricNames.length);
});

test("active users have the long names in daily_metrics that people with psql expect", () => {
  expect((["dau", "wau", "mau", "mrr"] as const).map(columnOf)).toEqual([
    "daily_active_users",
    "weekly_active_users",
    "monthly_active_users",
    "mrr",
  ]);
});

test("names inherited from Object are no metrics", () => {
  expect(["mrr", "toString", "constructor", "__proto__", "mmr"].filter(isMetricName)).toEqual(["mrr"]);
});

test("the sum of a distinct count, a level or a ratio over days does not compile", () => {
  const ten = { sum: () => 10n };
  expect(sumOverDays(catalogue.signups, ten)).toBe(10n);
  const refused = [
    // @ts-expect-error people who come back on another day would count twice
    () => sumOverDays(catalogue.dau, ten),
    // @ts-expect-error a level is already a sum
    () => sumOverDays(catalogue.mrr, ten),
    // @ts-expect-error a ratio over a window is the ratio of its parts
    () => sumOverDays(catalogue.error_rate, ten),
  ];
  expect(refused).toHaveLength(3);
});

test("names and kinds are literal types", () => {
  expectTypeOf<"mrr">().toExtend<MetricName>();
  expectTypeOf<"mmr">().not.toExtend<MetricName>();
  expectTypeOf<NameOf<"distinct">>().toEqualTypeOf<
    "dau" | "wau" | "mau" | "nps_responses" | "nps_promoters" | "nps_passives" | "nps_detractors"
  >();
  expectTypeOf<NameOf<"cohort">>().toEqualTypeOf<
    "activation_rate" | "churn_rate" | "grr" | "nrr" | "gross_mrr_churn" | "net_mrr_churn" | "ltv" | "trial_conversion"
  >();
  expect(metricNames).toContain("mrr");
});
