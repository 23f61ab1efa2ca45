import { expect, test } from "vitest";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { DAYS_READ } from "../../../src/bot/alerts/judging.ts";
import type { Mood } from "../support/fake-chat.ts";
import { alertChat, alertInstance, alertWorld, steady, type AlertWorld } from "./alert-world.ts";

const ALERTS = 12;
const INSTANCES = 3;
const METRICS = ["signups", "dau", "tickets_opened", "api_calls"] as const;

/** A dozen alerts, each in a channel of its own that fails in its own way. */
async function harassed() {
  const world = await alertWorld();
  const chat = alertChat();
  const moods: readonly Mood[] = [
    "accept",
    "accept and lose the reply",
    "lose the request",
    "accept when looked for twice",
    "throw",
    { outcome: "refused", reason: "too many", retryAfterMs: 0, lasting: false },
  ];
  for (let index = 0; index < ALERTS; index += 1) {
    const metric = METRICS[index % METRICS.length] ?? "signups";
    const channel = `C${index}`;
    await world.add({ metric, condition: { kind: "below", bound: 100 }, destination: { platform: "slack", channel } });
    const mood = moods[index % moods.length] ?? "accept";
    chat.meet(channel, mood, moods[(index + 1) % moods.length] ?? "accept");
  }
  return { world, chat };
}

/** Lets time pass, as the ledger sees it, so that what is uncertain is looked up. */
const pass = ({ db }: AlertWorld) =>
  db.work.run(
    (sql) => sql`
      update deliveries set next_at = next_at - interval '2 minutes', claimed_until = claimed_until - interval '2 minutes',
        recheck_at = recheck_at - interval '6 minutes'`,
  );

type Instance = Pick<ReturnType<typeof alertInstance>, "check" | "send">;

async function live(world: AlertWorld, instances: readonly Instance[]) {
  const tell = (value: number) => {
    for (const metric of METRICS) world.tell(metric, { days: steady(500, value) });
  };
  const settle = async () => {
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(instances.map((one) => one.check()));
      await Promise.all(instances.map((one) => one.send()));
      await pass(world);
    }
  };
  tell(40);
  await settle();
  tell(400);
  await settle();
}

function countsOf(chat: ReturnType<typeof alertChat>) {
  const told = Array.from({ length: ALERTS }, (_, index) => {
    const texts = chat.texts(`C${index}`);
    return {
      cards: texts.filter(({ thread }) => thread === null).length,
      ends: texts.filter(({ thread }) => thread !== null).length,
    };
  });
  return {
    alerts: ALERTS,
    told: told.filter(({ cards, ends }) => cards === 1 && ends === 1).length,
    missed: told.filter(({ cards, ends }) => cards === 0 || ends === 0).length,
    twice: told.filter(({ cards, ends }) => cards > 1 || ends > 1).length,
  };
}

test("three instances, lost replies, lost requests and refusals: each of twelve alerts is told once, and once that it is over", async () => {
  const { world, chat } = await harassed();
  await live(
    world,
    Array.from({ length: INSTANCES }, () => alertInstance(world, chat.platform)),
  );
  expect(countsOf(chat)).toEqual({ alerts: ALERTS, told: ALERTS, missed: 0, twice: 0 });
});

/** What one builds first: each instance remembers whom it has told, and sends again until it hears a yes. */
function forgetful(world: AlertWorld, platform: ChatPlatform): Instance {
  const parts = world.parts([platform]);
  const firing = new Set<string>();
  return {
    async check() {
      for (let index = 0; index < ALERTS; index += 1) {
        const channel = `C${index}`;
        const metric = METRICS[index % METRICS.length] ?? "signups";
        const series = await parts.readersAt(world.now()).reader.series(metric, DAYS_READ);
        const isBelow = (series.points.at(-1)?.value ?? 100) < 100;
        if (isBelow === firing.has(channel)) continue;
        const destination = { platform: "slack", channel, ...(isBelow ? {} : { thread: "m" }) } as const;
        const message = { tone: "bad", blocks: [{ kind: "text", text: isBelow ? "below" : "over" }] } as const;
        const outcome = await platform.post({ destination, message, key: "k" }).catch(() => null);
        if (outcome?.outcome !== "sent") continue;
        if (isBelow) firing.add(channel);
        else firing.delete(channel);
      }
    },
    send: async () => {},
  };
}

test("control: three instances that remember what they told and send until they hear a yes tell nearly all of them twice or more", async () => {
  const { world, chat } = await harassed();
  await live(
    world,
    Array.from({ length: INSTANCES }, () => forgetful(world, chat.platform)),
  );
  expect(countsOf(chat).twice).toBeGreaterThan(ALERTS / 2);
});
