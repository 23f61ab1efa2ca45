import type { Summary } from "../answers.ts";
import type { Asked } from "./asked.ts";
import { changeBetween } from "./change.ts";
import { daysSince } from "./numbers.ts";
import { fieldNames, SUMMARY_FIELDS } from "./window.ts";

type Changes = NonNullable<Summary["change"]>;

/** Each number of the summary against the window that it is set beside; null while not all days of that one are known. */
export function windowChanges(asked: Asked, known: Parameters<typeof changeBetween>[2]): Summary["change"] {
  const { previous } = asked;
  if (previous === null || daysSince(known.firstDay, previous) !== previous.days) return null;
  return Object.fromEntries(
    fieldNames.map((field) => [field, changeBetween(SUMMARY_FIELDS[field], asked, known)]),
  ) as Changes;
}
