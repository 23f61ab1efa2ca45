import { nearestWord } from "../core/nearest-word.ts";
import { nearestMetric } from "./nearest-metric.ts";

/**
 * The command that was probably meant, as it would be typed without a prefix; null when none is near. `paths` are all commands, those
 * of other groups too, and `show` the one that shows a metric.
 */
export function meantCommand(words: readonly string[], paths: readonly string[], show: string | null): string | null {
  const [first = "", second] = words;
  const typed = second === undefined ? first : `${first} ${second}`;
  const groups = [...new Set(paths.map((path) => path.split(" ")[0] ?? ""))];
  const isGroup = groups.includes(first);
  const whole = nearestWord(typed, isGroup ? paths.filter((path) => path.startsWith(`${first} `)) : paths);
  if (whole !== null) return whole;
  if (!isGroup) {
    const group = nearestWord(first, groups);
    if (group !== null) return group;
  }
  return pathNamed(isGroup ? (second ?? "") : first, paths) ?? metricShown(words, show);
}

/** The only command whose own word, without its group, is near. */
function pathNamed(word: string, paths: readonly string[]): string | null {
  const ownWord = (path: string) => path.split(" ").at(-1) ?? "";
  const near = nearestWord(word, paths.map(ownWord));
  const named = paths.filter((path) => ownWord(path) === near);
  return named.length === 1 ? (named[0] ?? null) : null;
}

function metricShown(words: readonly string[], show: string | null): string | null {
  if (show === null) return null;
  const metric = words.map(nearestMetric).find((found) => found !== null);
  return metric === undefined ? null : `${show} ${metric}`;
}
