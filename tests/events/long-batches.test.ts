import { expect, test } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { API, intakeOn, request, tally } from "./support.ts";

test("a thousand long events are judged with others let in between", async () => {
  const intake = intakeOn(await createTestDatabase());
  const events = Array.from({ length: 1_000 }, (_, n) =>
    request(`long-${n}`, {
      route: undefined,
      path: `/${"segment-0/".repeat(790)}${n}`,
      metadata: { a: "x".repeat(3_000) },
    }),
  );
  let letIn = 0;
  let isDone = false;
  const count = () => {
    letIn += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const letInWhenRead = new Map<string, number>();
  const watched = new Proxy(events, {
    get(target, name) {
      if (typeof name === "string") letInWhenRead.set(name, letIn);
      return Reflect.get(target, name) as unknown;
    },
  });
  const verdicts = await intake.accept(watched, API);
  isDone = true;
  expect(tally(verdicts).accepted).toBe(1_000);
  expect(letInWhenRead.get("999") ?? 0).toBeGreaterThan(letInWhenRead.get("0") ?? 0);
  await intake.stop();
});
