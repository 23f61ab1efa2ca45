import type { Shared } from "./year.ts";

/** One number that was compared with another of the same run. */
export interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly aim?: Aim;
}

export interface Aim {
  readonly is: "at least" | "at most";
  readonly value: number;
}

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: Aim;
}

export interface Outcome {
  readonly ratios: readonly Ratio[];
  readonly figures: readonly Figure[];
  /** What was not measured, and why. */
  readonly notes: readonly string[];
}

export interface Section {
  readonly name: string;
  readonly about: string;
  readonly run: (shared: Shared) => Promise<Outcome>;
}

export const atLeast = (value: number): Aim => ({ is: "at least", value });
export const atMost = (value: number): Aim => ({ is: "at most", value });

export function table({ ratios, figures, notes }: Outcome): string {
  const rows = [
    ...ratios.map((ratio) => [ratio.what, `${shown(ratio.value)} ×`, verdict(ratio)]),
    ...figures.map((figure) => [figure.what, `${shown(figure.value)} ${figure.unit}`, verdict(figure)]),
  ];
  const width = Math.max(...rows.map(([what = ""]) => what.length));
  const lines = rows.map(([what = "", value = "", aim = ""]) =>
    `  ${what.padEnd(width)}  ${value.padStart(16)}  ${aim}`.trimEnd(),
  );
  return [...lines, ...notes.map((note) => `  ${note}`)].join("\n");
}

function verdict({ value, aim }: { readonly value: number; readonly aim?: Aim }): string {
  if (aim === undefined) return "";
  const reached = aim.is === "at least" ? value >= aim.value : value <= aim.value;
  return `${reached ? "reached" : "missed "}  aim: ${aim.is} ${aim.value}`;
}

function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that at least a share `q` of the values do not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;
}

/** Milliseconds that `work` takes, once for each of `times`. */
export async function timed(times: number, work: (time: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const start = performance.now();
    await work(time);
    took.push(performance.now() - start);
  }
  return took;
}
