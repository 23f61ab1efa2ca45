import { Temporal, type Window } from "../../core/time.ts";
import { between } from "../../core/window-wish.ts";

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

/** Consecutive pieces of which each of the windows is made, whether they overlap or leave gaps. */
export function piecesOf(windows: readonly Window[]): Window[] {
  const edges = new Map(
    windows.flatMap(({ start, end }) => [start, end.add({ days: 1 })]).map((day) => [day.toString(), day]),
  );
  const sorted = [...edges.values()].toSorted(Temporal.PlainDate.compare);
  return sorted.slice(0, -1).flatMap((start, index) => {
    const next = sorted[index + 1];
    return next === undefined ? [] : [between(start, next.subtract({ days: 1 }))];
  });
}
