import { beforeEach, describe, expect, test } from "vitest";
import { createAlertBook, type AlertBook } from "../../../src/bot/alerts/alert-book.ts";
import { createAlertCommands } from "../../../src/bot/alerts/alert-commands.ts";
import { readCondition } from "../../../src/bot/alerts/condition-reading.ts";
import type { Command } from "../../../src/bot/command.ts";
import { OPEN_GATE, OPERATOR_VISIT, type Gate } from "../../../src/bot/permission/gate.ts";
import { createTerminal } from "../../../src/bot/platforms/terminal/terminal.ts";
import { commandsJson } from "../../../src/bot/platforms/discord/command-json.ts";
import { suggestions } from "../../../src/bot/platforms/discord/suggestions.ts";
import { runText, type Outcome } from "../../../src/bot/run-command.ts";
import { alertChat, alertInstance, alertWorld, KIM, TIME_ZONE, type AlertWorld, steady } from "./alert-world.ts";

let world: AlertWorld;
let chat: ReturnType<typeof alertChat>;
let book: AlertBook;
let commands: Command[];

beforeEach(async () => {
  world = await alertWorld();
  chat = alertChat();
  book = createAlertBook(world.parts([chat.platform]));
  commands = createAlertCommands({ book, timeZone: TIME_ZONE, currency: "USD" });
});

const place = { platform: "slack", channel: "C1", name: "numbers", kind: "private", thread: null } as const;
const nameOf = chatName;
async function chatName(subject: Parameters<typeof OPERATOR_VISIT.nameOf>[0]) {
  return subject.kind === "person" ? `@${subject.id}` : "#numbers";
}

const type = (line: string, gate: Gate = OPEN_GATE): Promise<Outcome> =>
  runText(line, { commands, gate, asker: KIM, place, audience: "person", prefix: "/", nameOf });

const said = async (line: string, gate?: Gate) => chat.textOf((await type(line, gate)).message);

describe("alert add", () => {
  test.each([
    ["alert add signups below 5", /^A-1: #numbers is told when Sign-ups below 5\. `\/alert remove A-1` ends it\./u],
    ["alert add error_rate above 2 %", /Error rate above 2 %/u],
    ["alert add mrr below $15,000", /MRR below \$15,000/u],
    ["alert add mrr below 15k", /MRR below \$15,000/u],
    ["alert add latency_p95 above 0.8s today", /above 800 ms today so far/u],
    ["alert add errors > 50 --today", /Errors above 50 today so far/u],
    ["alert add dau change by 20 %", /Active users changed by more than 20 % against the same weekday last week/u],
    [
      "alert add signups unusual --quiet 22:00-7:00",
      /unusual for its weekday\. Nothing is posted 22:00-07:00 Europe\/Berlin\./u,
    ],
    ["alert add mrr below 500 --by plan=pro", /MRR of plan pro below \$500/u],
  ])("%s", async (line, answer) => {
    expect(await said(line)).toMatch(answer);
    expect(await book.list()).toHaveLength(1);
  });

  test.each([
    ["alert add sginups below 5", "Did you mean `signups`?"],
    ["alert add signups belwo 5", "Did you mean `below`?"],
    ["alert add signups below", "`signups` is a count: write `below 500`"],
    ["alert add error_rate above 250", "`error_rate` is never above 100: 250 is too large."],
    ["alert add signups above -5", "`signups` is never below 0: -5 cannot be its limit."],
    ["alert add signups above 999999999999999k", "That limit is too large."],
    ["alert add signups below five", "`signups` is a count"],
    ["alert add error_rate above 800 ms", "`error_rate` is a percentage: write `above 2 %`"],
    ["alert add mrr above 5 %", "`mrr` is money: write `above 15000 USD`"],
    ["alert add mrr above 5 EUR", "`mrr` is money"],
    ["alert add mrr unusual", "`mrr` has no usual weekday to be compared with: use `above`, `below` or `change`."],
    ["alert add nps change 20", "`nps` is a score"],
    ["alert add signups below 5 today", "Before the day is over `signups` cannot be said to be below a limit"],
    ["alert add signups unusual today", "`unusual` compares whole days, and today is not over"],
    ["alert add churn_rate above 5 today", "Before the day is over `churn_rate` cannot be said"],
    ["alert add signups change", "`change` needs a percentage"],
    ["alert add signups unusual 5", "`unusual` stands alone"],
    ["alert add signups below 5 --quiet 22", "`quiet` is from one time to another"],
    ["alert add signups below 5 --quiet 22:00-22:00", "nothing would ever be told"],
    ["alert add signups below 5 --by plan=pro", "`signups` is not known by `plan`."],
    ["alert add mrr below 5 --by colour=red", "`by` is a kind of group and its name"],
    ["alert add signups below 5 --channel discord:channel:5", "That channel is on another platform."],
    ["alert add signups below 5 --channel slack:U1", "An alert goes to a channel"],
  ])("%s is refused with what to do", async (line, complaint) => {
    expect(await said(line)).toContain(complaint);
    expect(await book.list()).toEqual([]);
  });

  test("is refused where the numbers may not be shown, and where nobody can post", async () => {
    const shut = createAlertBook(
      world.parts([chat.platform], {
        viewOf: async () => ({ groups: new Set(), names: new Set(), leftOut: "Revenue is not shown in #numbers." }),
      }),
    );
    commands = createAlertCommands({ book: shut, timeZone: TIME_ZONE, currency: "USD" });
    expect(await said("alert add mrr below 5")).toBe("Revenue is not shown in #numbers.");
    commands = createAlertCommands({ book, timeZone: TIME_ZONE, currency: "USD" });
    chat.setSight("closed");
    expect(await said("alert add mrr below 5")).toBe("No.");
    expect(await book.list()).toEqual([]);
  });

  test("in the terminal names its channel", async () => {
    const visit = { ...OPERATOR_VISIT, commands, prefix: "npm run cli -- " };
    const without = await runText("alert add signups below 5", visit);
    expect(chat.textOf(without.message)).toContain("Name the channel: `--channel slack:C0123456789`");
    expect((await runText("alert add signups below 5 --channel slack:C7", visit)).ok).toBe(true);
    expect((await book.list()).map(({ destination }) => destination)).toEqual([{ platform: "slack", channel: "C7" }]);
  });
});

test.each(["remove", "resume", "acknowledge"])("alert %s alone asks which", async (verb) => {
  expect(await said(`alert ${verb}`)).toBe("Say which alert, like `A-12`; `/alert list` shows all.");
});

describe("units", () => {
  const bound = (metric: Parameters<typeof readCondition>[1], text: string, currency = "USD") => {
    const reading = readCondition(text, metric, currency);
    return reading.ok && "bound" in reading.condition ? reading.condition.bound : null;
  };
  test.each<[Parameters<typeof readCondition>[1], string, number | null]>([
    ["signups", "above 1,500", 1_500],
    ["signups", "above 2k", 2_000],
    ["signups", "above 1,5", null],
    ["latency_p95", "above 2 min", 120_000],
    ["first_response_hours", "above 30 min", 0.5],
    ["first_response_hours", "above 2 d", 48],
    ["nps", "below -10", -10],
    ["nps", "below −10", -10],
    ["nps", "below 200", null],
    ["mrr", "below 99.999", 100],
    ["quick_ratio", "below 1.5", 1.5],
    ["uptime", "below 99.9%", 99.9],
  ])("%s %s", (metric, text, expected) => {
    expect(bound(metric, text)).toBe(expected);
  });
  test("money in the workspace's currency alone", () => {
    expect(bound("mrr", "below €500", "EUR")).toBe(500);
    expect(bound("mrr", "below €500", "USD")).toBeNull();
    expect(bound("mrr", "below 500 yen", "JPY")).toBeNull();
    expect(bound("mrr", "below 500 JPY", "JPY")).toBe(500);
  });
});

describe("alert list", () => {
  test("says what the next step is while nothing is watched", async () => {
    expect(await said("alert list")).toContain("Nothing is watched yet. `/alert add error_rate above 2 %`");
  });

  test("tells the state, when it fired last and who made it, ten on a page", async () => {
    for (let count = 0; count < 12; count += 1) await type(`alert add signups below ${100 + count}`);
    world.tell("signups", { days: steady(500, 104) });
    await alertInstance(world, chat.platform).round();
    const { message } = await type("alert list");
    const table = message.blocks.find((block) => block.kind === "table");
    expect(message.title).toBe("Alerts, page 1 of 2");
    expect(table?.kind === "table" && table.rows[0]).toEqual([
      "A-1",
      "Sign-ups below 100",
      "ok",
      "never",
      "#numbers",
      "@UKIM",
    ]);
    expect(table?.kind === "table" && table.rows[9]?.slice(2, 4)).toEqual(["firing", "22 Nov 10:15"]);
    expect(message.blocks.at(-1)).toEqual({
      kind: "buttons",
      buttons: [{ label: "Next", command: "alert list --page 2", replaces: true }],
    });
    const second = (await type("alert list --page 2")).message.blocks.find((block) => block.kind === "table");
    expect(second?.kind === "table" && second.rows.map(([name]) => name)).toEqual(["A-11", "A-12"]);
  });

  test("leaves out alerts about numbers that whoever asks may not see, and lets nobody act on them", async () => {
    await type("alert add mrr below 15000");
    await type("alert add signups below 5");
    const view = { groups: new Set(["people"] as const), names: new Set([]), leftOut: "You may not see revenue." };
    const gate: Gate = { ...OPEN_GATE, admit: async () => ({ ok: true, view }) };
    const { message } = await type("alert list", gate);
    const table = message.blocks.find((block) => block.kind === "table");
    expect(table?.kind === "table" && table.rows.map(([name]) => name)).toEqual(["A-2"]);
    expect(message.blocks.at(-1)).toEqual({ kind: "note", text: "You may not see revenue." });
    for (const line of ["remove A-1", "acknowledge A-1.1", "snooze A-1.1 1h", "assign A-1.1", "resume A-1"])
      expect(await said(`alert ${line}`, gate)).toContain("That alert is about numbers that you may not see.");
    expect(await said("alert add mrr below 5", gate)).toContain("You may not see revenue.");
    expect(await book.list()).toHaveLength(2);
  });

  test("is printed whole in the terminal", async () => {
    await type("alert add latency_p95 above 800 ms --quiet 22:00-07:00");
    let printed = "";
    const terminal = createTerminal({ write: (text) => void (printed += text), columns: 100, colour: false });
    await terminal.show((await type("alert list")).message);
    expect(printed).toMatch(/A-1.*not looked at yet.*never/su);
  });
});

describe("what is done with an alert", () => {
  test("by its short name, with the words that follow it", async () => {
    await type("alert add signups below 100");
    expect(await said("alert acknowledge A-1")).toBe("A-1 is not firing: nothing is left to do.");
    world.tell("signups", { days: steady(500, 40) });
    await alertInstance(world, chat.platform).round();
    expect(await said("alert snooze A-1.1 4h")).toBe("A-1 is quiet until 22 Nov 14:15.");
    expect(await said("alert snooze A-1 tomorrow")).toBe("A-1 is quiet until 23 Nov 09:00.");
    expect(await said("alert snooze A-1 --span=30m")).toBe("A-1 is quiet until 22 Nov 10:45.");
    expect(await said("alert snooze A-1 90d")).toContain("30 days at most");
    expect(await said("alert assign A-1.1")).toBe("A-1 is @UKIM's.");
    expect(await said("alert assign A-1 slack:U7")).toBe("A-1 is @U7's.");
    expect(await said("alert assign A-1 slack:C7")).toContain("An alert is given to one person.");
    expect(await said("alert acknowledge a-1")).toBe("A-1 is acknowledged.");
    expect(await said("alert remove A-1 signups")).toBe("A-1 (Sign-ups below 100) is removed.");
    expect(await said("alert remove A-1")).toBe("There is no alert A-1. `alert list` shows those that there are.");
    expect(await said("alert remove everything")).toContain("An alert is named like `A-12`");
    const rows = await world.db.read.run(
      (sql) => sql`select detail ->> 'change' as change from audit_log where action = 'alert changed' order by id`,
    );
    expect(rows.map((row) => row["change"])).toEqual([
      "add",
      "snooze",
      "snooze",
      "snooze",
      "assign",
      "assign",
      "acknowledge",
      "remove",
    ]);
  });

  test("Discord completes the short name, without telling limits", async () => {
    await type("alert add mrr below 15000");
    const remove = commands.find(({ path }) => path[1] === "remove");
    const option = remove?.options["alert"];
    const words = option?.kind === "text" ? await option.suggestions?.() : [];
    expect(suggestions("a-1", words ?? [])).toEqual([{ name: "A-1 mrr", value: "A-1 mrr" }]);
    expect(suggestions("mrr", words ?? [])).toHaveLength(1);
    expect(JSON.stringify(commandsJson(commands))).toContain('"autocomplete":true');
  });
});
