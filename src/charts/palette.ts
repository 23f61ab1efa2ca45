import type { BarRow } from "./bar-rows.ts";
import type { Theme } from "./chart.ts";

export interface Palette {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly baseline: string;
  /** Told apart by lightness as well as hue, for people who do not see all hues. */
  readonly series: readonly string[];
}

const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    background: "#ffffff",
    ink: "#16202e",
    muted: "#5b6675",
    grid: "#e9edf2",
    baseline: "#c3cad4",
    series: ["#2456d6", "#c2570c", "#0b7f74", "#93357f", "#6d6a75"],
  },
  dark: {
    background: "#15181e",
    ink: "#eef1f5",
    muted: "#a0a9b6",
    grid: "#272c35",
    baseline: "#454c58",
    series: ["#7ba4ff", "#f4a259", "#45c9b4", "#e48fd0", "#b6b2bd"],
  },
};

export function paletteOf(theme: Theme): Palette {
  return PALETTES[theme];
}

export function seriesColour(palette: Palette, index: number): string {
  return palette.series[index % palette.series.length] ?? palette.ink;
}

export function paletteColour(palette: Palette, colour: "ink" | number): string {
  return colour === "ink" ? palette.ink : seriesColour(palette, colour);
}

/**
 * Rises and falls are blue-green and orange, which nobody takes for each other; their sign says the same. Index of a
 * series' colour, or `ink`.
 */
export function roleColour(role: BarRow["role"]): "ink" | number {
  switch (role) {
    case "level":
      return "ink";
    case "step":
      return 0;
    case "rise":
      return 2;
    case "fall":
      return 1;
  }
}

/** The CSS variable of a colour, with the light colour for a page that does not set it. */
export function colourOf(name: "ink" | "muted" | "grid" | "surface" | number): string {
  const light = PALETTES.light;
  switch (name) {
    case "ink":
    case "muted":
    case "grid":
      return `var(--chart-${name}, ${light[name]})`;
    case "surface":
      return `var(--chart-surface, ${light.background})`;
  }
  const index = name % light.series.length;
  return `var(--chart-${index + 1}, ${light.series[index]})`;
}
