import { expect, test } from "vitest";
import { routePattern } from "../../src/events/route-pattern.ts";
import { createTestWorld } from "../support/world.ts";

const NOW = { now: "2026-12-01T12:00:00Z" };
const at = { occurred_at: "2026-11-20T10:00:00Z" };
const SPELLINGS = ["Caf\u00e9", " Cafe\u0301", "\u200bCaf\u00e9\u00a0\n"];

test("names that look the same are one plan, one milestone, one service and one error type", async () => {
  const world = await createTestWorld(NOW);
  const verdicts = await world.post(
    SPELLINGS.flatMap((name, index) => [
      { type: "signup", id: `s${index}`, user_id: `u${index}`, team_id: `t${index}`, ...at },
      { type: "revenue", id: `r${index}`, event: "subscription_started", team_id: `t${index}`, plan: name, amount: 10 },
      { type: "activation", id: `a${index}`, user_id: `u${index}`, milestone: name, ...at },
      { type: "health_check", id: `h${index}`, service: name, probe: name, status: "healthy", ...at },
      { type: "error", id: `e${index}`, error_type: name, message: "", ...at },
    ]),
  );
  expect(verdicts.filter(({ verdict }) => verdict !== "accepted")).toEqual([]);
  const kept = await world.db.read.run(
    (sql) => sql`
      select distinct name from (
        select plan as name from revenue_events union all select milestone from user_activations
        union all select service from health_checks union all select probe from health_checks
        union all select error_type from error_logs
      ) as kept`,
  );
  expect(kept).toEqual([{ name: "Caf\u00e9" }]);
});

test("a milestone with white space around it activates", async () => {
  const world = await createTestWorld(NOW);
  const activations = ["profile_completed ", " first_api_call", "first_agent_session\n"].map((milestone, index) => ({
    type: "activation",
    id: `a${index}`,
    user_id: "u",
    milestone,
    ...at,
  }));
  await world.post([{ type: "signup", id: "s", user_id: "u", ...at }, ...activations]);
  await world.settle();
  expect((await world.reader.series("activations", 30)).window.value).toBe(1);
});

test("a name of nothing but white space is refused, and a retry with another spelling is a conflict", async () => {
  const world = await createTestWorld(NOW);
  const event = { type: "signup", id: "s", user_id: "u", plan: "pro" };
  expect(await world.post([{ ...event, plan: " \u200b" }])).toMatchObject([
    { verdict: "rejected", code: "invalid_field", reason: "`plan` holds nothing but white space." },
  ]);
  expect(await world.post([event])).toMatchObject([{ verdict: "accepted" }]);
  expect(await world.post([{ ...event, plan: "pro " }])).toMatchObject([{ verdict: "conflict" }]);
});

test.each([
  ["/hash/jR3x", "/hash/:id"],
  ["/~kim/files", "/:id/files"],
  ["/%7Ekim/files", "/:id/files"],
  ["/Users('kim')", "/:id"],
  ["/Users(%27kim%27)/orders", "/:id/orders"],
  ["/odata/Users%28%27kim%27%29", "/odata/:id"],
  ["/i18n/K8s/I18N/oauth2", "/i18n/K8s/I18N/oauth2"],
  ["/(auth)/what's-new", "/(auth)/what's-new"],
])("a key in %s does not stay", (path, pattern) => {
  expect(routePattern(path)).toBe(pattern);
});

test.each([0, -1, 1_001])("a term of %d units is refused by the name of its count", async (count) => {
  const world = await createTestWorld(NOW);
  const event = { type: "revenue", event: "subscription_started", team_id: "t", amount: 5 };
  expect(await world.post([{ ...event, billing_period: { unit: "month", count } }])).toMatchObject([
    { verdict: "rejected", reason: "`billing_period` must have a `count`, a whole number from 1 to 1000." },
  ]);
});
