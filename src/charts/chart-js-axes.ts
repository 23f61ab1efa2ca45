import type { Look } from "./chart-js-config.ts";
import { FONT_FAMILY } from "./fonts.ts";

/** Size of the words, in CSS pixels: on a phone the picture is shown at two thirds of its size. */
export const TEXT_PIXELS = { title: 19, small: 14 } as const;

interface WordAxis {
  type: "category";
  axis: "x" | "y";
  labels: string[];
  offset: boolean;
  grid: { display: boolean };
  border: { display: boolean };
  ticks: {
    autoSkip: boolean;
    maxRotation: number;
    padding: number;
    color: string;
    font: { family: string; size: number };
  };
}

/** An axis that says the given words at even distances: from left to right, or from top to bottom. */
export function wordAxis(axis: "x" | "y", words: readonly string[], { palette }: Look): WordAxis {
  return {
    type: "category",
    axis,
    labels: [...words],
    offset: false,
    grid: { display: axis === "y" },
    border: { display: false },
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      padding: axis === "x" ? 6 : 10,
      color: palette.muted,
      font: { family: FONT_FAMILY, size: TEXT_PIXELS.small },
    },
  };
}
