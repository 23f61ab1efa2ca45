import fc from "fast-check";
import { expect, test } from "vitest";
import { metricNames } from "../../src/metrics/catalogue.ts";
import { formatChange, formatNps, formatNpsChange, formatValue } from "../../src/metrics/format.ts";

const dollars = { currency: "USD", clear: true };

test.each([
  ["mrr", 16_412.4, "$16,412"],
  ["mrr", 166.67, "$166.67"],
  ["mrr", 79, "$79"],
  ["mrr", 0, "$0"],
  ["error_rate", 0.41, "0.41 %"],
  ["error_rate", 0.0001, "<0.01 %"],
  ["error_rate", 0, "0 %"],
  ["churn_rate", 2.1277, "2.1 %"],
  ["uptime", 99.97, "99.97 %"],
  ["uptime", 99.9999, "99.99 %"],
  ["uptime", 100, "100 %"],
  ["net_mrr_churn", -3.25, "−3.3 %"],
  ["dau", 412, "412"],
  ["api_calls", 1204, "1,204"],
  ["latency_p95", 120, "120 ms"],
  ["latency_p95", 1200, "1.2 s"],
  ["latency_p95", 999.7, "1 s"],
  ["latency_p95", 4.23, "4.2 ms"],
  ["latency_p95", 90_000, "1.5 min"],
  ["nps", 38.2, "38"],
  ["nps", -12, "−12"],
  ["nps", -0.2, "0"],
  ["apdex", 0.486, "0.49"],
  ["hours", 0.5, "30 min"],
  ["hours", 5.25, "5.3 h"],
  ["hours", 76, "3.2 d"],
  ["signups", null, "no data"],
  ["error_rate", 0.005, "0.01 %"],
  ["uptime", 99.995, "99.99 %"],
  ["net_mrr_churn", 150.27, "150.3 %"],
  ["latency_p95", 999.5, "1 s"],
  ["latency_p95", 59_950, "1 min"],
  ["hours", 0.995, "1 h"],
  ["hours", 47.95, "2 d"],
] as const)("%s of %s is said as %s", (metric, value, text) => {
  expect(formatValue(metric, value, dollars)).toBe(text);
});

test("money is shown in its own currency and its own decimals", () => {
  expect(formatValue("mrr", 120, { currency: "JPY" })).toBe("¥120");
  expect(formatValue("mrr", 29.9, { currency: "EUR" })).toBe("€29.90");
  expect(formatValue("mrr", 1.234, { currency: "KWD" })).toBe("KWD 1.234");
  expect(formatValue("mrr", -47, dollars)).toBe("−$47");
});

test.each([
  ["dau", 412, 389, "▲ 6 % (389)", "good"],
  ["dau", 300, 400, "▼ 25 % (400)", "bad"],
  ["signups", 5, 3, "▲ 3 → 5", "good"],
  ["signups", 3, 19, "▼ 19 → 3", "bad"],
  ["signups", 21, 20, "▲ 5 % (20)", "good"],
  ["tickets_opened", 5, 3, "▲ 3 → 5, worse", "bad"],
  ["mrr", 16_412, 16_102, "▲ $310 ($16,102)", "good"],
  ["mrr", 21_199.67, 21_065, "▲ $135 ($21,065)", "good"],
  ["mrr", 1_000.6, 1_000.4, "▲ $1 ($1,000)", "good"],
  ["mrr", 1_000.5, 990.25, "▲ $10.25 ($990.25)", "good"],
  ["churned_revenue", 47, 100, "▼ $53, better ($100)", "good"],
  ["error_rate", 0.41, 0.62, "▼ 0.21 points, better (0.62 %)", "good"],
  ["error_rate", 3, 1, "▲ 2 points, worse (1 %)", "bad"],
  ["latency_p95", 120, 140, "▼ 20 ms, better (140 ms)", "good"],
  ["dau", 40, 40, "no change", "neutral"],
  ["mrr", 16_412.2, 16_412.1, "no change", "neutral"],
  ["dau", 5, 0, "▲ 0 → 5", "good"],
  ["dau", 1005, 1000, "▲ 0.5 % (1,000)", "good"],
] as const)("%s at %s after %s is said as %s", (metric, current, previous, text, tone) => {
  expect(formatChange(metric, current, previous, dollars)).toEqual({ text, tone });
});

test("the earlier value says what it belongs to when told", () => {
  expect(formatChange("dau", 412, 389, { ...dollars, before: "Fri a week ago" })?.text).toBe(
    "▲ 6 % (Fri a week ago 389)",
  );
});

test("nothing is said of a change when either side has no data", () => {
  for (const metric of metricNames) {
    expect(formatChange(metric, null, 1, dollars)).toBeNull();
    expect(formatChange(metric, 1, null, dollars)).toBeNull();
  }
});

const answers = (score: number, responses: number, center: number, margin: number) => ({
  nps_score: score,
  nps_responses: responses,
  nps_interval: { center, margin },
});

test("an NPS is said with its interval and its answers, and under ten answers not at all", () => {
  expect(formatNps(answers(38.4, 41, 37, 14.2))).toBe("38 ± 14 (41 answers)");
  expect(formatNps(answers(-38.4, 41, -37, 14.2))).toBe("−38 ± 14 (41 answers)");
  expect(formatNps(answers(100, 9, 70, 30))).toBe("too few answers (9)");
  expect(formatNps({ nps_score: null, nps_responses: 0, nps_interval: null })).toBe("no data");
});

test("an NPS of ten answers is said, and one without a score, an interval or answers is no data", () => {
  const whole = answers(100, 10, 77, 29);
  expect(formatNps(whole)).toBe("100 ± 29 (10 answers)");
  expect(formatNps({ ...whole, nps_score: null })).toBe("no data");
  expect(formatNps({ ...whole, nps_interval: null })).toBe("no data");
  expect(formatNps({ ...whole, nps_responses: 0 })).toBe("no data");
  expect(formatNps({ ...whole, nps_responses: null })).toBe("no data");
});

test("intervals that touch are not clearly different, and without an interval nothing is said", () => {
  const [low, high] = [answers(10, 10, 10, 15), answers(40, 10, 40, 15)];
  expect(formatNpsChange(high, low)?.tone).toBe("neutral");
  expect(formatNpsChange({ ...high, nps_interval: null }, low)).toBeNull();
  expect(formatNpsChange(high, { ...low, nps_interval: null })).toBeNull();
});

test("an NPS has changed only when the intervals say so", () => {
  const march = answers(31, 60, 30, 16);
  expect(formatNpsChange(answers(38, 41, 37, 14), march)).toEqual({
    text: "not clearly different (31 ± 16)",
    tone: "neutral",
  });
  expect(formatNpsChange(answers(80, 90, 78, 9), march)).toEqual({ text: "▲ clearly better (31 ± 16)", tone: "good" });
  expect(formatNpsChange(answers(-30, 90, -28, 12), march)).toEqual({ text: "▼ clearly worse (31 ± 16)", tone: "bad" });
  expect(formatNpsChange(answers(80, 9, 78, 9), march)).toBeNull();
  expect(formatChange("nps", 80, 31, dollars)).toBeNull();
});

test("whatever the value, what is said is short, is one line and never says more than all or less than none", () => {
  const anyMetric = fc.constantFrom(...metricNames);
  const anyValue = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(anyMetric, anyValue, (metric, value) => {
      const text = formatValue(metric, value, dollars);
      expect(text).toMatch(/^−?[$<]?[\d,.]+( %| ms| s| min| h| d)?$/);
      if (text.startsWith("−")) expect(text).toMatch(/[1-9]/);
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, minExcluded: true, maxExcluded: true, noNaN: true }), (rate) => {
      expect(["0 %", "100 %"]).not.toContain(formatValue("uptime", rate, dollars));
    }),
  );
});
