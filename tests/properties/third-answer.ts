import { Temporal } from "../../src/core/time.ts";
import { recountSpans, type SpanNumbers } from "../../src/metrics/verify/recount.ts";
import { findRawRows } from "../../src/metrics/verify/raw-store.ts";
import type { Span } from "../../src/metrics/verify/span.ts";
import { createVerifier, type Verification } from "../../src/metrics/verify/verifier.ts";
import { plusDays } from "../oracle/calendar.ts";
import type { Oracle } from "../oracle/numbers.ts";
import type { World } from "../support/world.ts";
import { isSame } from "./differences.ts";

/** What `verify` says of a world: the engine against plain SQL. */
export function verifyWorld(world: World, days: number): Promise<Verification> {
  const { db, workspace } = world;
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const settle = () => world.settle();
  return createVerifier({ db, workspace, clock, settle }).verify(days);
}

const span = (first: string, last: string): Span => {
  const [start, end] = [Temporal.PlainDate.from(first), Temporal.PlainDate.from(last)];
  return { start, end, days: start.until(end).days + 1, matureBy: end };
};

/** Plain SQL against counting by hand, over single days up to today and windows that end yesterday. One line a difference. */
export async function sqlDifferences(world: World, oracle: Oracle, days: number): Promise<string[]> {
  const yesterday = plusDays(oracle.today, -1);
  const spans = [
    ...Array.from({ length: days + 1 }, (_, back) => plusDays(oracle.today, -back)).map((day) => span(day, day)),
    ...[7, 30, days].map((length) => span(plusDays(yesterday, 1 - length), yesterday)),
  ];
  const counted = await recount(world, spans);
  return spans.flatMap(({ start, end }, index) => {
    const byHand = oracle.window(start.toString(), end.toString());
    const sql = Object.entries(counted[index] ?? {}) as [string, number | null][];
    return sql
      .filter(([name, value]) => !isSame(name, value, byHand[name]))
      .map(([name, value]) => `${name} ${start.toString()} to ${end.toString()}: SQL ${value}, oracle ${byHand[name]}`);
  });
}

function recount({ db, workspace, ...world }: World, spans: readonly Span[]): Promise<SpanNumbers[]> {
  return db.work.run(async (sql) => {
    const { firstDays } = await findRawRows(sql, workspace.timeZone);
    const question = {
      sql,
      workspace,
      spans,
      now: world.now(),
      firstDays,
      keptSince: null,
    };
    return recountSpans(question, () => {});
  });
}
