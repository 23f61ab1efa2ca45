import { expect, test } from "vitest";
import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { Temporal } from "../../src/core/time.ts";
import { settleDefinitions } from "../../src/metrics/rollup/definitions-store.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const NOW = "2026-03-10T12:00:00Z";
const CAUSE = "definition changed on 2026-12-01";

const settle = ({ db }: Workshop) =>
  settleDefinitions({
    db,
    clock: { now: () => Temporal.Instant.from(NOW) },
    workspace: { timeZone: "UTC", currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES },
  });

const rowsOf = <Row extends object>({ db }: Workshop, statement: string) =>
  db.read.run(async (sql) => [...(await sql.unsafe<Row[]>(statement))]);

const restated = (shop: Workshop, metric: string) =>
  rowsOf<{ told: string }>(
    shop,
    `select concat_ws(' ', day, coalesce(before::text, '-'), coalesce(after::text, '-'), cause) as told
     from restatements where metric = '${metric}' order by day, id`,
  ).then((rows) => rows.map(({ told }) => told));

/** A database as the version before left it: all types begin together, a failed request is a first one, checks have no probes. */
async function leftByTheVersionBefore(): Promise<Workshop> {
  const shop = await createWorkshop({ now: "2026-03-09T12:00:00Z" });
  const request = { type: "request", method: "GET", route: "/a", duration_ms: 5, user_id: "u" };
  await shop.send(
    { type: "signup", user_id: "u", occurred_at: "2026-03-05T10:00:00Z" },
    { ...request, status: 401, occurred_at: "2026-03-06T10:00:00Z" },
    { ...request, status: 200, occurred_at: "2026-03-07T10:00:00Z" },
    { type: "agent_session", session_id: "1", user_id: "u", action: "started", occurred_at: "2026-03-07T11:00:00Z" },
    { type: "agent_session", session_id: "1", user_id: "v", action: "started", occurred_at: "2026-03-07T12:00:00Z" },
    { type: "ticket", action: "opened", ticket_id: "t", occurred_at: "2026-03-07T11:00:00Z" },
  );
  await shop.roller.drain();
  shop.moveClock(NOW);
  await shop.roller.drain();
  await shop.db.work.run(async (sql) => {
    await sql`delete from settings where name in ('definitions', 'first_events')`;
    await sql`update users set first_request_at = '2026-03-06T10:00:00Z' where user_id = 'u'`;
    await sql`delete from agent_sessions where user_no = (select user_no from users where user_id = 'v')`;
    await sql`update metric_values set value = 1 where metric in ('agent_sessions', 'dau', 'wau', 'mau')`;
    await sql`delete from active_bits where day >= '2026-03-07'`;
    await sql`delete from restatements`;
  });
  return shop;
}

test("a new database follows the present definitions, and queues nothing", async () => {
  const shop = await createWorkshop({ now: NOW });
  expect(await settle(shop)).toBe(false);
  expect(await rowsOf(shop, "select kind from dirty")).toEqual([]);
  await shop.send({ type: "signup", user_id: "u", occurred_at: "2026-03-05T10:00:00Z" });
  expect(await settle(shop)).toBe(false);
});

test("a database of the version before is recomputed once, and what changes is restated with the reason", async () => {
  const shop = await leftByTheVersionBefore();
  expect(await settle(shop)).toBe(true);
  expect(await settle(shop)).toBe(false);
  await shop.roller.drain();
  expect(await restated(shop, "agent_sessions")).toEqual([
    `2026-03-05 0 - ${CAUSE}`,
    `2026-03-06 0 - ${CAUSE}`,
    `2026-03-07 1 2 ${CAUSE}`,
  ]);
  expect(await restated(shop, "tickets_opened")).toEqual([`2026-03-05 0 - ${CAUSE}`, `2026-03-06 0 - ${CAUSE}`]);
  expect(await restated(shop, "api_calls")).toEqual([`2026-03-05 0 - ${CAUSE}`]);
  expect((await restated(shop, "dau")).at(-1)).toBe(`2026-03-07 1 2 ${CAUSE}`);
  expect(await restated(shop, "signups")).toEqual([]);
});

test("the first request is found anew among those that succeeded", async () => {
  const shop = await leftByTheVersionBefore();
  await settle(shop);
  await shop.roller.drain();
  expect(
    await rowsOf(
      shop,
      `select milestone, to_json(reached_at) #>> '{}' as at from user_milestones where milestone = 'first_api_call'`,
    ),
  ).toEqual([{ milestone: "first_api_call", at: "2026-03-07T10:00:00+00:00" }]);
});
