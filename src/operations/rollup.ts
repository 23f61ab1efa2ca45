import { parseArgs } from "node:util";
import { localDay, readDay, Temporal } from "../core/time.ts";
import { createProgress } from "../progress.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const DAYS_AT_MOST = 3_660;

export const rollup: Operation = {
  name: "rollup",
  usage: ["rollup [--date YYYY-MM-DD] [--days N] [--force]"],
  about: "work out the numbers of days: what has changed, or with --force everything",
  async run(words, parts) {
    const given = readOptions(words);
    if ("ok" in given) return given;
    const days = daysWanted(given, parts);
    return "ok" in days ? days : work(days, given.force === true, parts);
  },
};

function readOptions(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: { date: { type: "string" }, days: { type: "string" }, force: { type: "boolean" } },
    }).values;
  } catch (thrown) {
    return typingMistake(thrown, rollup);
  }
}

interface Wish {
  readonly date?: string | undefined;
  readonly days?: string | undefined;
}

/** The N days that end with `--date`, which is yesterday unless given; oldest first. */
function daysWanted({ date, days }: Wish, { foundation }: OperationParts): Temporal.PlainDate[] | Result {
  const today = localDay(foundation.clock.now(), foundation.workspace.timeZone);
  const count = days === undefined ? 1 : Number(days);
  if (!Number.isInteger(count) || count < 1 || count > DAYS_AT_MOST)
    return refusal(`\`--days\` must be a whole number from 1 to ${DAYS_AT_MOST}; you wrote \`${days ?? ""}\`.`);
  const last = date === undefined ? today.subtract({ days: 1 }) : readDay(date);
  if (last === null)
    return refusal(`\`--date\` must be a day such as ${today.toString()}; you wrote \`${date ?? ""}\`.`);
  if (Temporal.PlainDate.compare(last, today) > 0)
    return refusal(`\`--date\` must not be after today, ${today.toString()}.`);
  if (last.until(today, { largestUnit: "days" }).days + count > DAYS_AT_MOST + 1)
    return refusal("These days must be within the last ten years.");
  return Array.from({ length: count }, (_, index) => last.subtract({ days: count - 1 - index }));
}

async function work(
  days: readonly Temporal.PlainDate[],
  force: boolean,
  { rooms, progress }: OperationParts,
): Promise<Result> {
  const bar = createProgress("Computing the numbers", progress);
  let most = 1;
  await rooms.roller.drain((left) => {
    most = Math.max(most, left);
    bar.update(force ? 0 : 1 - left / most, `${left} left`);
  });
  let done = 0;
  for (const day of force ? days : []) {
    await rooms.roller.recompute([day]);
    done += 1;
    bar.update(done / days.length, day.toString());
  }
  const span = days.length === 1 ? String(days[0]) : `${String(days[0])} to ${String(days.at(-1))}`;
  bar.finish(force ? `${span} recomputed` : "up to date");
  const data = { days: days.map(String), forced: force };
  return {
    ok: true,
    text: force ? `Recomputed ${span}.` : `Every changed day is recomputed, ${span} included.`,
    data,
  };
}
