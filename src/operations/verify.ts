import { parseArgs } from "node:util";
import type { Difference } from "../metrics/verify/comparison.ts";
import { createVerifier, type Verification } from "../metrics/verify/verifier.ts";
import { createProgress } from "../progress.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const DAYS_UNLESS_SAID = 90;
const DAYS_AT_MOST = 366;
const SHOWN = 200;

export const verify: Operation = {
  name: "verify",
  usage: ["verify [--days N]"],
  about: "recount every number from the raw events and list what differs; exits 1 if anything does",
  async run(words, parts) {
    const days = daysWanted(words);
    return typeof days === "number" ? check(days, parts) : days;
  },
};

function daysWanted(words: readonly string[]): number | Result {
  let typed: string | undefined;
  try {
    typed = parseArgs({ args: [...words], options: { days: { type: "string" } } }).values.days;
  } catch (thrown) {
    return typingMistake(thrown, verify);
  }
  const days = typed === undefined ? DAYS_UNLESS_SAID : Number(typed);
  if (typed?.trim() === "" || !Number.isInteger(days) || days < 1 || days > DAYS_AT_MOST)
    return refusal(`\`--days\` must be a whole number from 1 to ${DAYS_AT_MOST}; you wrote \`${typed ?? ""}\`.`);
  return days;
}

async function check(days: number, { foundation, rooms, progress }: OperationParts): Promise<Result> {
  const { db, clock, workspace } = foundation;
  const verifier = createVerifier({
    db,
    clock,
    workspace,
    settle: () => rooms.roller.drain(),
  });
  const bar = createProgress("Recounting", progress);
  const found = await verifier.verify(days, (share, what) => bar.update(share, what));
  bar.finish("done");
  return resultOf(found, workspace.timeZone);
}

function resultOf(found: Verification, timeZone: string): Result {
  const { window, compared, leftOut, differences, sealedThrough, unsettled } = found;
  const [start, end] = [window.start.toString(), window.end.toString()];
  const ok = differences.length === 0;
  const whole = `${compared.toLocaleString("en-US")} numbers of ${start} to ${end} (${timeZone}): each of these ${window.days} days, the window and the one before it.`;
  const right = found.isEmpty
    ? "There are no events yet, so there is nothing to be wrong."
    : "Every one is what the raw events say.";
  const lines = [
    `Compared ${whole}`,
    ...(sealedThrough === null ? [] : [sealedInWords(sealedThrough.toString(), leftOut)]),
    ...(ok ? [right] : tableOf(differences)),
    ...(ok || unsettled === 0 ? [] : ["Events kept arriving meanwhile, which may be why. Run it again."]),
  ];
  return {
    ok,
    text: lines.join("\n"),
    data: {
      ok,
      days: window.days,
      date_range: { start, end, days: window.days, timezone: timeZone },
      compared,
      left_out: leftOut,
      sealed_through: sealedThrough?.toString() ?? null,
      unsettled,
      differences,
    },
  };
}

function sealedInWords(day: string, leftOut: number): string {
  return `Left out ${leftOut.toLocaleString("en-US")} numbers made of requests up to ${day}: their rows are no longer kept.`;
}

function tableOf(differences: readonly Difference[]): string[] {
  const rows = differences
    .slice(0, SHOWN)
    .map(({ metric, when, stored, recomputed }) => [metric, when, cell(stored), cell(recomputed)]);
  const head = ["metric", "day", "stored", "recomputed"];
  const widths = head.map((label, column) => Math.max(label.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const more = differences.length - rows.length;
  return [
    `${differences.length.toLocaleString("en-US")} ${differences.length === 1 ? "differs" : "differ"}:`,
    line(head),
    ...rows.map(line),
    ...(more > 0 ? [`… and ${more.toLocaleString("en-US")} more; --json lists all.`] : []),
    "`rollup --days N --force` works these days out again; if a difference stays, please report it.",
  ];
}

function cell(value: number | string | null): string {
  return value === null ? "no data" : String(value);
}
