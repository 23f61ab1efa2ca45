import { setRate } from "../../src/metrics/rollup/rates-store.ts";
import { createWorld, type World } from "../support/world.ts";

/** 20 June 2026, 10:00 in Berlin. */
const NOW = "2026-06-20T08:00:00Z";

const at = (day: string, time = "10:00:00") => `2026-${day}T${time}Z`;

function revenue(account: string, event: string, day: string, fields: object = {}): object {
  return { type: "revenue", event, team_id: account, occurred_at: at(day), ...fields };
}

/** Requests of people `u1` to `u<people>` on a day: every third fails, every fifth is a 404, each slower than the one before. */
function requests(day: string, people: number): object[] {
  return Array.from({ length: people * 3 }, (_, index) => ({
    type: "request",
    user_id: `u${1 + (index % people)}`,
    method: "GET",
    route: "/things/:id",
    status: index % 3 === 0 ? 500 : index % 5 === 0 ? 404 : 200,
    duration_ms: 40 * (index + 1),
    occurred_at: at(day, `10:${String(index % 60).padStart(2, "0")}:00`),
  }));
}

const PEOPLE = Array.from({ length: 8 }, (_, index) => `u${index + 1}`);

const EVENTS: readonly object[] = [
  ...PEOPLE.map((user, index) => ({ type: "signup", user_id: user, occurred_at: at(`06-0${1 + index}`) })),
  ...PEOPLE.slice(0, 5).flatMap((user, index) => [
    {
      type: "activation",
      user_id: user,
      milestone: "profile_completed",
      occurred_at: at(`06-0${1 + index}`, "11:00:00"),
    },
    {
      type: "agent_session",
      session_id: `s-${user}`,
      action: "started",
      user_id: user,
      occurred_at: at(`06-0${2 + index}`, "12:00:00"),
    },
  ]),
  ...requests("06-03", 5),
  ...requests("06-10", 4),
  ...requests("06-18", 6),
  ...requests("06-19", 7),
  { type: "error", error_type: "Timeout", message: "m", occurred_at: at("06-18") },
  revenue("acme", "subscription_started", "04-01", { plan: "pro", amount: "100.00" }),
  revenue("globex", "subscription_started", "04-02", { plan: "pro", amount: "79.99" }),
  revenue("hooli", "subscription_started", "04-03", { plan: "pro", amount: "50.00" }),
  revenue("umbrella", "subscription_started", "04-04", { plan: "pro", amount: "47.00" }),
  revenue("soylent", "subscription_started", "04-05", { plan: "pro", amount: "10.00", billing_period: "week" }),
  revenue("initech", "subscription_started", "06-05", { plan: "pro", amount: "1000.00", billing_period: "year" }),
  revenue("acme", "upgraded", "06-06", { amount: "320.00" }),
  revenue("globex", "downgraded", "06-07", { amount: "59.99" }),
  revenue("umbrella", "canceled", "06-08"),
  revenue("soylent", "canceled", "06-09"),
  revenue("soylent", "resumed", "06-16", { amount: "12.00" }),
  revenue("hooli", "paused", "06-17"),
  revenue("stark", "subscription_started", "06-01", { plan: "pro", amount: "10.00", currency: "EUR" }),
  revenue("stark", "paused", "06-02"),
  revenue("stark", "resumed", "06-03"),
  revenue("stark", "past_due", "06-18"),
  revenue("cyberdyne", "renewed", "06-18"),
  revenue("tyrell", "trial_started", "06-10", { trial_ends_at: at("06-12"), amount: "5.00" }),
  revenue("tyrell", "subscription_started", "06-12"),
  revenue("oscorp", "trial_started", "06-11"),
  revenue("acme", "payment", "06-06", { amount: "320.00" }),
  revenue("acme", "refunded", "06-07", { amount: "20.00" }),
  revenue("wayne", "subscription_started", "06-18", { plan: "pro", amount: "10.00", currency: "CHF" }),
  ...PEOPLE.map((user, index) => ({ type: "nps", user_id: user, score: 3 + index, occurred_at: at("06-12") })),
  { type: "ticket", ticket_id: "T1", action: "opened", user_id: "u1", occurred_at: at("06-01") },
  { type: "ticket", ticket_id: "T1", action: "replied", by: "agent", occurred_at: at("06-02") },
  { type: "ticket", ticket_id: "T1", action: "resolved", by: "agent", occurred_at: at("06-15") },
  { type: "ticket", ticket_id: "T1", action: "reopened", occurred_at: at("06-16") },
  { type: "ticket", ticket_id: "T2", action: "opened", user_id: "u2", occurred_at: at("06-18") },
  { type: "ticket", ticket_id: "T2", action: "resolved", by: "agent", occurred_at: at("06-19") },
  ...["healthy", "degraded", "down", "healthy"].map((status, index) => ({
    type: "health_check",
    service: "api",
    status,
    occurred_at: at("06-18", `10:0${index}:00`),
  })),
  { type: "request", method: "GET", route: "/a", status: 200, duration_ms: 9, occurred_at: at("06-20", "06:00:00") },
];

/** A company of which every metric has something to say, on 20 June 2026. */
export async function createExplainedWorld(): Promise<World> {
  const world = await createWorld({ now: NOW, timeZone: "Europe/Berlin" });
  const verdicts = await world.post(
    EVENTS.map((event, index) => ({ id: `e${index}`, ...event })),
    { source: "api", importing: true },
  );
  const refused = verdicts.filter(({ verdict }) => verdict !== "accepted");
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  await world.db.work.run(async (sql) => {
    await setRate(sql, { currency: "EUR", day: "2026-05-01", rate: "1.1" });
    await setRate(sql, { currency: "EUR", day: "2026-06-10", rate: "1.2" });
  });
  await world.settle();
  return world;
}
