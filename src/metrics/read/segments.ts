import type { Window } from "../../core/time.ts";

/** First and last day of consecutive segments. */
interface Bounds {
  readonly start: string;
  readonly end: string;
}

export function spanOf(segments: readonly Window[]): Bounds {
  return { start: segments[0]?.start.toString() ?? "infinity", end: segments.at(-1)?.end.toString() ?? "-infinity" };
}

/** An array as Postgres reads it; the items are dates or words of ours. */
export function arrayText(items: readonly { toString(): string }[]): string {
  return `{${items.join(",")}}`;
}

export function windowKey(window: Window): string {
  return `${window.start.toString()}/${window.end.toString()}`;
}
