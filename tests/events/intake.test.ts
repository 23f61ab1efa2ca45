import { expect, test } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { AT, intakeOn } from "./support.ts";

const samples = [
  { type: "request", method: "get", path: "/users/42?x=1", status: 200, duration_ms: 12.5, user_id: "u1" },
  { type: "error", error_type: "TypeError", message: "x is not a function" },
  { type: "signup", user_id: "u1", plan: "pro" },
  { type: "activation", user_id: "u1", milestone: "profile_completed" },
  { type: "revenue", event: "subscription_started", team_id: "t1", amount: "29.90", billing_period: "monthly" },
  { type: "agent_session", session_id: "s1", user_id: "u1", action: "started" },
  { type: "health_check", service: "api", status: "healthy", response_time_ms: 3 },
  { type: "nps", user_id: "u1", score: 9 },
  { type: "ticket", action: "opened", user_id: "u1", subject: "help" },
  { type: "track", name: "clicked", properties: { a: 1 } },
];

test("each of the ten types lands in its table", async () => {
  const db = await createTestDatabase();
  const intake = intakeOn(db);
  const verdicts = await intake.accept(
    samples.map((s, i) => ({ ...s, id: `e${i}`, occurred_at: AT })),
    { source: "api" },
  );
  expect(verdicts.map((v) => v.verdict)).toEqual(samples.map(() => "accepted"));
  const again = await intake.accept(
    samples.map((s, i) => ({ ...s, id: `e${i}`, occurred_at: AT })),
    { source: "api" },
  );
  expect(again.map((v) => v.verdict)).toEqual(samples.map(() => "duplicate"));
  await intake.stop();
});
