import { describe, expect, test } from "vitest";
import type { Gate } from "../../../src/bot/permission/gate.ts";
import { NOTHING } from "../../../src/bot/permission/view.ts";
import { startWatching } from "../../../src/bot/alerts/watching.ts";
import { alertChat, alertInstance, alertWorld, KIM, steady } from "./alert-world.ts";

async function oneAlert() {
  const world = await alertWorld();
  const chat = alertChat();
  const instance = alertInstance(world, chat.platform);
  const alertNo = await world.add({ metric: "signups", condition: { kind: "below", bound: 100 } });
  return { world, chat, instance, alertNo };
}

describe("one notice a state", () => {
  test("a card when it fires, nothing while it stays so, and a word in its thread when it is back", async () => {
    const { world, chat, instance } = await oneAlert();
    world.tell("signups", { days: steady(150) });
    await instance.round();
    expect(chat.texts()).toEqual([]);
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    await instance.round();
    expect(chat.texts()).toEqual([
      {
        text: expect.stringMatching(
          /^Sign-ups below 100\n40 on Sat 21 Nov; the limit is 100\.\nThe first such day\.\n.*A-1 · made by @UKIM\n#d-/su,
        ) as string,
        thread: null,
      },
    ]);
    expect(chat.edits).toEqual([]);
    await world.nextDay();
    world.tell("signups", { days: steady(150, 40, 30) });
    await instance.round();
    expect(chat.texts()).toHaveLength(1);
    expect(chat.lastEdit()).toMatch(/30 on Sun 22 Nov.*The 2nd day in a row/su);
    await world.nextDay();
    world.tell("signups", { days: steady(150, 40, 30, 140) });
    await instance.round();
    expect(chat.lastEdit()).toMatch(/^Over: Sign-ups below 100/u);
    expect(chat.texts().slice(1)).toEqual([
      { text: expect.stringMatching(/^Back to normal\. Sign-ups: 140 on Mon 23 Nov\./u) as string, thread: "m1" },
    ]);
    await instance.round();
    expect(chat.count()).toBe(2);
  });

  test("a day that was corrected goes back to normal with a word", async () => {
    const { world, chat, instance } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    world.tell("signups", { days: steady(150, 140) });
    await instance.round();
    expect(chat.texts()[1]?.text).toMatch(/^Back to normal: 2026-11-21 was corrected\./u);
    expect(chat.lastEdit()).toMatch(/Corrected 22 Nov 10:15: it is no longer so/u);
  });

  test("a number that hovers at its limit is told once an hour at most, and not at all within a twentieth of it", async () => {
    const { world, chat, instance } = await oneAlert();
    for (let minute = 0; minute < 60; minute += 1) {
      world.tell("signups", { days: steady(150, minute % 2 === 0 ? 99 : 103) });
      await instance.check();
      world.passMinutes(1);
    }
    await instance.round();
    expect(chat.texts()).toHaveLength(1);
    for (let minute = 0; minute < 120; minute += 1) {
      world.tell("signups", { days: steady(150, minute % 2 === 0 ? 99 : 110) });
      await instance.check();
      await instance.send();
      world.passMinutes(1);
    }
    const cards = chat.texts().filter(({ thread }) => thread === null);
    expect(cards.length).toBeLessThanOrEqual(3);
  });

  test("no data is neither above nor below, and is said in the list", async () => {
    const { world, chat, instance } = await oneAlert();
    await world.add({ metric: "error_rate", condition: { kind: "above", bound: 2 } });
    world.tell("signups", { days: steady(150, null) });
    world.tell("error_rate", { days: steady(0.4, 50) });
    world.tell("api_calls", { days: steady(10_000, 40) });
    await instance.round();
    expect(chat.count()).toBe(0);
    expect((await instance.book.list()).map(({ hasData }) => hasData)).toEqual([false, false]);
    world.tell("api_calls", { days: steady(10_000, 100) });
    await instance.round();
    expect(chat.count()).toBe(1);
  });

  test("a day is judged when it is published, not at midnight", async () => {
    const { world, chat, instance } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    await world.publish("2026-11-20");
    await instance.round();
    expect(chat.count()).toBe(0);
    await world.publish("2026-11-21");
    await instance.round();
    expect(chat.count()).toBe(1);
  });

  test("today so far: above once, and over with the day", async () => {
    const { world, chat, instance } = await oneAlert();
    await world.add({ metric: "errors", condition: { kind: "above", bound: 50 }, span: "today" });
    world.tell("signups", { days: steady(150) });
    for (const errors of [10, 51, 60, 200]) {
      world.tell("errors", { days: steady(10), today: errors });
      await instance.round();
    }
    expect(chat.texts().map(({ text }) => text.split("\n")[1])).toEqual(["51 so far on Sun 22 Nov; the limit is 50."]);
    await world.nextDay();
    world.tell("errors", { days: steady(10, 200), today: 3 });
    await instance.round();
    expect(chat.texts()[1]?.text).toMatch(/^The day is over, and today counts anew\./u);
  });

  test("changed by more than 20 % against the same weekday last week, and unusual for its weekday", async () => {
    const world = await alertWorld();
    const chat = alertChat();
    const instance = alertInstance(world, chat.platform);
    await world.add({ metric: "signups", condition: { kind: "change", percent: 20 } });
    await world.add({ metric: "dau", condition: { kind: "unusual" } });
    world.tell("signups", { days: steady(100, 70) });
    world.tell("dau", { days: steady(1_000, 600) });
    await instance.round();
    // Two senders of one channel do not wait for each other.
    expect(
      chat
        .texts()
        .map(({ text }) => text.split("\n")[1])
        .sort((a = "", b = "") => b.length - a.length),
    ).toEqual([
      "70 on Sat 21 Nov, 30 % less, against 100 a week before; the limit is 20 %.",
      "600 on Sat 21 Nov; a usual Sat has 1,000.",
    ]);
  });
});

describe("quiet hours and snoozes", () => {
  test("what happens in quiet hours is told once when they are over, if it is still so", async () => {
    const { world, chat, instance } = await oneAlert();
    const quiet = { from: "22:00", to: "11:00" };
    const other = { platform: "slack", channel: "C2" } as const;
    await world.add({ metric: "dau", condition: { kind: "below", bound: 500 }, quiet, destination: other });
    await world.add({ metric: "signups", condition: { kind: "below", bound: 50 }, quiet, destination: other });
    world.tell("dau", { days: steady(1_000, 100) });
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    expect([chat.shown("C1").length, chat.shown("C2").length]).toEqual([1, 0]);
    world.tell("signups", { days: steady(150, 150) });
    await instance.round();
    world.passMinutes(60);
    await instance.round();
    await instance.round();
    expect(chat.texts("C2").map(({ text }) => text.split("\n")[0])).toEqual(["Active users below 500"]);
  });

  test("a snooze ends with a word in the thread when it is still so; whoever acknowledges hears no more", async () => {
    const { world, chat, instance, alertNo } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    const alert = await instance.book.find(alertNo);
    await instance.book.act(alert, 1, { act: "snooze", until: world.now().add({ hours: 1 }) }, KIM);
    await instance.round();
    expect(chat.lastEdit()).toMatch(/Snoozed until 22 Nov 11:15 by @UKIM/u);
    world.passMinutes(61);
    await instance.round();
    await instance.round();
    expect(chat.texts().slice(1)).toEqual([
      { text: expect.stringMatching(/^Still so after the snooze: 40 on Sat 21 Nov/u) as string, thread: "m1" },
    ]);
    await instance.book.act(alert, 1, { act: "acknowledge" }, KIM);
    await instance.round();
    expect(chat.lastEdit()).toMatch(/Acknowledged by @UKIM, 22 Nov 11:16/u);
    world.passMinutes(600);
    await instance.round();
    expect(chat.count()).toBe(2);
  });

  test("an old button does nothing to what came later", async () => {
    const { world, instance, alertNo } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    const alert = await instance.book.find(alertNo);
    world.tell("signups", { days: steady(150, 140) });
    await instance.round();
    await expect(instance.book.act(alert, 1, { act: "acknowledge" }, KIM)).rejects.toThrow(/A-1 is back to normal/u);
  });

  test("an alert that is removed while it fires says so on its card and nothing more", async () => {
    const { world, chat, instance, alertNo } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    await instance.book.remove(await instance.book.find(alertNo), KIM);
    await instance.round();
    expect(chat.lastEdit()).toMatch(/Removed by @UKIM 22 Nov 10:15/u);
    expect(chat.count()).toBe(1);
    await expect(instance.book.find(alertNo)).rejects.toThrow(/There is no alert A-1/u);
  });
});

describe("where it may not be told", () => {
  const shut: Pick<Gate, "viewOf"> = {
    viewOf: async () => ({ ...NOTHING, leftOut: "People are not shown in #numbers." }),
  };

  test("the notice is withheld, the alert paused with the reason and admins warned once, until somebody resumes it", async () => {
    const { world, chat, instance, alertNo } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    const closed = alertInstance(world, chat.platform, shut);
    await closed.round();
    expect(chat.count()).toBe(0);
    expect((await instance.book.find(alertNo)).pausedFor).toBe("People are not shown in #numbers.");
    const warnings = await world.db.read.run((sql) => sql`select subject, reason, retry from warnings`);
    expect([...warnings]).toEqual([
      { subject: "slack:C1", reason: "People are not shown in #numbers.", retry: "alert resume A-1" },
    ]);
    await instance.round();
    expect(chat.count()).toBe(0);
    await instance.book.resume(await instance.book.find(alertNo), KIM);
    await instance.round();
    expect(chat.count()).toBe(1);
  });

  test("a card whose channel lost the right shows no numbers when it is edited", async () => {
    const { world, chat, instance } = await oneAlert();
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    const closed = alertInstance(world, chat.platform, shut);
    world.tell("signups", { days: steady(150, 140) });
    await closed.round();
    expect(chat.lastEdit()).toMatch(/^The numbers of A-1 are not shown here any more\./u);
    expect(chat.count()).toBe(1);
  });

  test("a channel that is gone pauses the alert, and one that was refused for long is told when it is resumed", async () => {
    const { world, chat, instance, alertNo } = await oneAlert();
    chat.meet("C1", { outcome: "refused", reason: "The channel is gone.", retryAfterMs: null, lasting: true });
    world.tell("signups", { days: steady(150, 40) });
    await instance.round();
    expect((await instance.book.find(alertNo)).pausedFor).toBe("The channel is gone.");
    await instance.book.resume(await instance.book.find(alertNo), KIM);
    await instance.round();
    expect(chat.count()).toBe(1);
  });
});

test("alerts are looked at as soon as the program starts and when numbers are worked out anew, without waiting for the minute", async () => {
  const { world, chat, instance, alertNo } = await oneAlert();
  let go: () => void = () => {};
  const watching = startWatching({
    ...instance.parts,
    lookMs: 5,
    checkAtLeastMs: Infinity,
    async onChecked() {
      await instance.send();
      go();
    },
  });
  const until = async (look: () => Promise<boolean>) => {
    for (;;) {
      const next = new Promise<void>((resolve) => (go = resolve));
      if (await look()) return;
      await next;
    }
  };
  await until(async () => (await instance.book.find(alertNo)).hasData === true);
  world.tell("signups", { days: steady(150, 40) });
  await world.db.work.run(
    (sql) => sql`insert into day_revisions (day, kind, revision, computed_at) values ('2026-11-21', 'usage', 1, now())`,
  );
  await until(async () => chat.count() === 1);
  await watching.stop();
});
