import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAlertBook } from "../../../src/bot/alerts/alert-book.ts";
import { createAlertCommands } from "../../../src/bot/alerts/alert-commands.ts";
import { createExplain } from "../../../src/bot/commands/explain.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { OPEN_GATE, type Gate } from "../../../src/bot/permission/gate.ts";
import { NOTHING } from "../../../src/bot/permission/view.ts";
import { clock, madeUpReader, noDatabase, noRules, workspace } from "../support/made-up-numbers.ts";
import { alertInstance, alertWorld, steady, TIME_ZONE, type AlertWorld } from "./alert-world.ts";
import { discordCounter, slackCounter, type Counter } from "./counters.ts";

const LONG = "of-a-plan-with-a-long-name-".repeat(7);

const explain = createExplain({
  db: noDatabase,
  accessBook: noRules,
  reader: madeUpReader(),
  clock,
  workspace,
  firstEvent: "curl",
} as unknown as Parameters<typeof createExplain>[0]);

describe.each([
  ["Slack over a socket", slackCounter("socket")],
  ["Slack over HTTP", slackCounter("http")],
  ["Discord", discordCounter],
] as const)("an alert in %s", (_, startCounter) => {
  let world: AlertWorld;
  let counter: Counter;

  /** They find the platform when they are asked, because commands are there before it. */
  function commandsOf(gate?: Pick<Gate, "viewOf">) {
    const later = new Proxy({} as ChatPlatform, { get: (__, name) => Reflect.get(counter.platform(), name) });
    const book = createAlertBook(world.parts([later], gate));
    return [...createAlertCommands({ book, timeZone: TIME_ZONE, currency: "USD" }), explain];
  }

  beforeEach(async () => {
    world = await alertWorld();
    counter = await startCounter();
    await counter.start(commandsOf());
  });

  afterEach(() => counter.stop());

  const live = (gate?: Pick<Gate, "viewOf">) => alertInstance(world, counter.platform(), gate).round();

  test("is added, told with a card, and acted on with its buttons also after a restart; its end stands in the thread", async () => {
    expect(await counter.type("add", { metric: "signups", condition: "below 100" })).toMatch(
      /A-1: .*Sign-ups below 100/u,
    );
    world.tell("signups", { days: steady(150, 40) });
    await live();
    expect(await counter.read("channel")).toEqual([
      expect.stringMatching(/Sign-ups below 100.*40 on Sat 21 Nov.*#d-/su),
    ]);
    expect([...(await counter.controls())].sort()).toEqual([
      "1 hour",
      "1 week",
      "4 hours",
      "Acknowledge",
      "Assign to me",
      "Explain",
      "Till tomorrow, 09:00",
    ]);
    await counter.restart(commandsOf());
    expect(await counter.choose("4 hours")).toContain("A-1 is quiet until 22 Nov 14:15.");
    expect(await counter.press("Acknowledge")).toContain("A-1 is acknowledged.");
    expect(await counter.press("Assign to me")).toMatch(/A-1 is .*'s\./u);
    expect(await counter.press("Explain")).toContain("Sign-ups");
    await live();
    const [acknowledged] = await counter.read("channel");
    expect(acknowledged).toMatch(/Acknowledged by .*22 Nov 10:15.*Assigned to /su);
    expect(await counter.controls()).not.toContain("Acknowledge");
    await world.nextDay();
    world.tell("signups", { days: steady(150, 40, 140) });
    await live();
    const [over, ...others] = await counter.read("channel");
    expect([over, others]).toEqual([expect.stringMatching(/Over: Sign-ups below 100.*Back to normal/su), []]);
    expect(await counter.controls()).toEqual([]);
    expect((await counter.read("thread")).at(-1)).toMatch(/Back to normal\. Sign-ups: 140 on Sun 22 Nov\./u);
  });

  test("a button is refused to somebody who may not see the number any more", async () => {
    await counter.type("add", { metric: "mrr", condition: "below 15k" });
    world.tell("mrr", { days: steady(16_000, 14_000) });
    await live();
    const gate: Gate = { ...OPEN_GATE, admit: async () => ({ ok: true, view: NOTHING }) };
    await counter.restart(commandsOf(), gate);
    expect(await counter.press("Acknowledge")).toContain("That alert is about numbers that you may not see.");
    expect((await alertInstance(world, counter.platform()).book.find(1)).open?.episode).toBe(1);
  });

  test("a card and a list at their longest are taken", async () => {
    for (let count = 0; count < 12; count += 1) {
      await world.add({
        metric: "mrr",
        condition: { kind: "below", bound: 987_654_321.5 },
        part: { by: "plan", group: `${LONG}${count}` },
        quiet: { from: "22:00", to: "07:00" },
        madeBy: counter.person,
        destination: { platform: counter.platform().name, channel: counter.channel },
      });
    }
    expect(await counter.type("list", {})).toMatch(/A-10\b/u);
    world.split(`${LONG}0`);
    world.tell("mrr", { days: steady(987_654_322.5, 123_456_789.5) });
    await live();
    expect(await counter.read("channel")).toHaveLength(1);
  });
});
