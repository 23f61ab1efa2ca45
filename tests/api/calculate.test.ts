import { expect, it } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { createTestWorld } from "../support/world.ts";
import { createRig, NO_DATABASE, post } from "./support.ts";

const signups = (day: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    type: "signup",
    id: `${day}-${n}`,
    user_id: `${day}-${n}`,
    occurred_at: `${day}T12:00:00Z`,
  }));

it.each(["2026-11-18", "2026-11-19", "2026-11-20"])(
  "the numbers of %s are those of that day, also when midnight passes while it is worked out",
  async (date) => {
    const {
      workspace,
      reader,
      roller,
      post: send,
      now,
      moveClock,
    } = await createTestWorld({
      now: "2026-11-20T23:59:59Z",
    });
    await send([...signups("2026-11-18", 1), ...signups("2026-11-19", 2), ...signups("2026-11-20", 3)]);
    const { api } = createRig(NO_DATABASE, {
      reader,
      workspace,
      clock: { now: () => Temporal.Instant.from(now()) },
      roller: {
        async recompute(dates) {
          await roller.drain();
          moveClock("2026-11-21T00:00:01Z");
          return roller.recompute(dates);
        },
        backlog: () => roller.backlog(),
      },
    });
    const answer = await api.request(`/api/metrics/calculate-daily?date=${date}`, post(""));
    expect(await answer.json()).toMatchObject({ date, metrics: { signups: Number(date.slice(-2)) - 17 } });
  },
);
