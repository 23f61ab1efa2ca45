import type { Measure } from "./chart.ts";

const SCALES = [
  { from: 1e9, letter: "B" },
  { from: 1e6, letter: "M" },
  { from: 1e4, letter: "k" },
] as const;

interface Compact {
  readonly divisor: number;
  readonly letter: string;
}

/**
 * Short labels of one axis, all with the same scale and number of decimals: "$15.5k", "0.4 %", "120 ms".
 * `step` is the distance between two of them.
 */
export function axisText({ unit, currency = "USD" }: Measure, values: readonly number[], step: number): string[] {
  const largest = Math.max(...values.map(Math.abs));
  switch (unit) {
    case "money":
      return values.map(moneyText(currency, compactFor(largest), step));
    case "count":
    case "score":
    case "ratio":
      return values.map((value) => plain(value, compactFor(largest), step));
    case "percent":
      return values.map((value) => `${plain(value, WHOLE, step)} %`);
    case "hours":
      return values.map((value) => `${plain(value, WHOLE, step)} h`);
    case "milliseconds":
      return largest >= 2000
        ? values.map((value) => `${plain(value, { divisor: 1000, letter: "" }, step)} s`)
        : values.map((value) => `${plain(value, WHOLE, step)} ms`);
  }
}

const WHOLE: Compact = { divisor: 1, letter: "" };

function compactFor(largest: number): Compact {
  const scale = SCALES.find((one) => largest >= one.from);
  if (scale === undefined) return WHOLE;
  return { divisor: scale.letter === "k" ? 1000 : scale.from, letter: scale.letter };
}

function decimalsOf(step: number): number {
  const found = [0, 1, 2, 3, 4].find((digits) => Math.abs(Number(step.toFixed(digits)) - step) < step * 1e-6);
  return found ?? 5;
}

function plain(value: number, compact: Compact, step: number): string {
  if (value === 0) return "0";
  const digits = decimalsOf(step / compact.divisor);
  const text = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value / compact.divisor,
  );
  return `${text.replace("-", "−")}${compact.letter}`;
}

function moneyText(currency: string, compact: Compact, step: number): (value: number) => string {
  const parts = new Intl.NumberFormat("en-US", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  }).formatToParts(1);
  const symbol = parts.find((part) => part.type === "currency")?.value ?? currency;
  const prefix = /[A-Za-z]$/.test(symbol) ? `${symbol} ` : symbol;
  return (value) => `${value < 0 ? "−" : ""}${prefix}${plain(Math.abs(value), compact, step)}`;
}
