import fc from "fast-check";
import { expect, test } from "vitest";
import { createOverviews } from "../../src/metrics/read/overviews.ts";
import { createReader } from "../../src/metrics/read/reader.ts";
import { createRoller } from "../../src/metrics/rollup/roller.ts";
import { Temporal } from "../../src/core/time.ts";
import { workspace } from "../bot/support/made-up-numbers.ts";
import { SILENT } from "../support/silent.ts";
import { createOffice, opening, said, THREAD, type Office } from "./office.ts";

const PRIORITIES = ["urgent", "high", "medium", "low"] as const;
const CATEGORIES = ["bug", "feature_request", "billing", "general"] as const;
const DAYS = 7;

/** What somebody does next, and how long after what came before. */
const step = fc.record({
  ticket: fc.integer({ min: 1, max: 4 }),
  minutes: fc.integer({ min: 1, max: 900 }),
  what: fc.constantFrom("open", "answer", "ask", "claim", "rank", "resolve", "close", "reopen"),
  priority: fc.constantFrom(...PRIORITIES),
  category: fc.constantFrom(...CATEGORIES),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function perform(
  { desk, passMinutes, now }: Office,
  { ticket, minutes, what, priority, category }: Step,
  nth: number,
) {
  passMinutes(minutes);
  const by = { actor: "slack:U_KIM", key: String(nth) };
  const thread = { ...THREAD, thread: String(ticket) };
  const { ticket: view } = await desk.open(opening({ thread, priority, category }));
  const { ticketId } = view;
  switch (what) {
    case "open":
      return;
    case "answer":
    case "ask":
      return void (await desk.hear(ticketId, said(what === "answer" ? "agent" : "customer", now())));
    case "claim":
      return void (await desk.act(ticketId, { kind: "assign", assignee: `slack:U${nth}` }, by));
    case "rank":
      return void (await desk.act(ticketId, { kind: "prioritize", priority, category }, by));
    case "resolve":
    case "close":
    case "reopen":
      return void (await desk.act(ticketId, { kind: what }, by));
  }
}

interface Entry {
  readonly ticketId: string;
  readonly ms: number;
  readonly day: string;
  readonly action: string;
  readonly by: string | null;
  readonly priority: string | null;
  readonly category: string | null;
}

/** The log, told once more in the plainest way: what `support-overview` must say of these days. */
function replayed(log: readonly Entry[], first: string, last: string) {
  const counts = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));
  const status: Record<string, number> = counts(["open", "in_progress", "resolved", "closed"]);
  const priority: Record<string, number> = counts(PRIORITIES);
  const category: Record<string, number> = counts(CATEGORIES);
  const hours = { response: [] as number[], resolution: [] as number[], full: [] as number[] };
  let opened = 0;
  for (const ticketId of new Set(log.map((entry) => entry.ticketId))) {
    const own = log.filter((entry) => entry.ticketId === ticketId && entry.day <= last);
    const [start] = own;
    if (start === undefined) continue;
    let state = { status: "open", priority: start.priority ?? "", category: start.category ?? "" };
    const answers: number[] = [];
    const resolutions: Entry[] = [];
    for (const entry of own) {
      const isActive = state.status === "open" || state.status === "in_progress";
      const isAnswer = entry.action === "replied" && entry.by === "agent";
      if (isAnswer) answers.push(entry.ms);
      if (entry.action === "prioritized")
        state = { ...state, priority: entry.priority ?? state.priority, category: entry.category ?? state.category };
      if (entry.action === "reopened") state.status = "open";
      if ((entry.action === "resolved" || entry.action === "closed") && isActive) resolutions.push(entry);
      if (entry.action === "resolved" || entry.action === "closed") state.status = entry.action;
      if ((entry.action === "assigned" || (isAnswer && answers.length === 1)) && state.status === "open")
        state.status = "in_progress";
    }
    const took = (ms: number) => (ms - start.ms) / 3_600_000;
    const [firstResolution] = resolutions;
    const lastResolution = resolutions.at(-1);
    if (firstResolution !== undefined && firstResolution.day >= first) {
      hours.resolution.push(took(firstResolution.ms));
      hours.full.push(took(lastResolution?.ms ?? 0));
    }
    if (start.day < first) continue;
    opened += 1;
    status[state.status] = (status[state.status] ?? 0) + 1;
    priority[state.priority] = (priority[state.priority] ?? 0) + 1;
    category[state.category] = (category[state.category] ?? 0) + 1;
    if (answers[0] !== undefined) hours.response.push(took(answers[0]));
  }
  return { opened, status, priority, by_category: category, hours };
}

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

test("support-overview says what the log of the tickets says when it is replayed, whatever the team did", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const office = await createOffice();
      for (const [nth, one] of steps.entries()) await perform(office, one, nth);
      office.passMinutes(1_440);
      const { db, now } = office;
      const parts = { db, clock: { now }, workspace };
      await createRoller({ ...parts, log: SILENT }).drain();
      const overview = await createOverviews({ ...parts, reader: createReader(parts) }).supportOverview(DAYS);
      const log = await db.read.run(
        (sql) => sql<Entry[]>`
          select ticket_id as "ticketId", (extract(epoch from occurred_at) * 1000)::float8 as ms,
            ((occurred_at at time zone ${workspace.timeZone})::date)::text as day, action, by, priority, category
          from ticket_events order by occurred_at, event_id collate "C"`,
      );
      const { start, end } = overview.date_range;
      expect(Temporal.PlainDate.from(start).until(end).days).toBe(DAYS - 1);
      const { hours, ...counts } = replayed(log, start, end);
      expect(overview).toMatchObject(counts);
      for (const [told, counted] of [
        [overview.first_response_hours, hours.response],
        [overview.resolution_hours, hours.resolution],
        [overview.full_resolution_hours, hours.full],
      ] as const) {
        const mean = meanOf(counted);
        if (mean === null) expect(told.mean).toBeNull();
        else expect(told.mean).toBeCloseTo(mean, 6);
      }
    }),
    { numRuns: 15 },
  );
});
