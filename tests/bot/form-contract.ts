import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Command } from "../../src/bot/command.ts";
import { ADMINISTERS } from "../../src/bot/permission/need.ts";
import type { Gate } from "../../src/bot/permission/gate.ts";
import { createTicketCommand } from "./support/form-commands.ts";

interface Reading {
  readonly text: string;
  readonly isPrivate: boolean;
}

export interface ShownFormUnderTest {
  readonly title: string;
  /** What each field holds. */
  readonly held: Readonly<Record<string, string>>;
  /** Sends it. Throws where the platform's own window would not let it be sent. */
  submit(written: Readonly<Record<string, string>>): Promise<SentForm>;
}

interface SentForm {
  /** What is said in the form, by field; null: it was taken, or the platform has no such words. */
  readonly errors: Readonly<Record<string, string>> | null;
  answer(): Promise<Reading>;
  /** The platform tells the same again. Resolves when the bot has dealt with it. */
  tellAgain(): Promise<void>;
}

/** A command that somebody gave: the bot opens a form, or answers. */
interface GivenCommand {
  form(): Promise<ShownFormUnderTest>;
  answer(): Promise<Reading>;
}

export interface FormsUnderTest {
  readonly person: string;
  readonly channel: string;
  /** Whether a mistake is said in the form, which stays open. */
  readonly staysOpen: boolean;
  /** As long as a button can be, and too long for a form. */
  readonly mostCarried: number;
  start(commands: readonly Command[], gate?: Gate): Promise<void>;
  restart(): Promise<void>;
  type(path: readonly [string, string], options?: Readonly<Record<string, string>>): GivenCommand;
  press(command: string): GivenCommand;
  /** Chooses a message's command; resolves with the message's id. */
  choose(command: Command, text: string): Promise<GivenCommand & { readonly message: string; readonly author: string }>;
  /** Three seconds go by between what comes next and the bot's answer. */
  beLate(): void;
  /** Forms that are open or were. */
  forms(): number;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** What every platform with forms has to do with them. */
export function describeForms(name: string, start: () => Promise<FormsUnderTest>): void {
  describe(`forms in ${name}`, () => {
    let under: FormsUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(() => under.stop());

    test("a command whose title is missing asks for it, and is run with what is sent", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const form = await under.type(["ticket", "open"]).form();
      expect(form.title).toBe("Open a support ticket");
      expect(form.held).toEqual({ title: "", details: "", priority: "low", seats: "1" });
      const details = 'She said "no »way«", then\n\n--priority=low\n<@everyone> & `x`';
      const sent = await form.submit({ title: "Export fails", details, priority: "high", seats: "12" });
      expect(await sent.answer()).toMatchObject({
        text: expect.stringContaining("Opened: Export fails (high)."),
        isPrivate: true,
      });
      const values = { title: "Export fails", details, priority: "high", seats: 12, account: "" };
      const { person, channel } = under;
      expect(runs).toEqual([{ values, person, channel, thread: null, target: null }]);
    });

    test("what was typed stands in its field, and what the form does not ask for is kept", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const form = await under.type(["ticket", "open"], { priority: "high", account: 'Umbrella "Corp"' }).form();
      expect(form.held).toEqual({ title: "", details: "", priority: "high", seats: "1" });
      await (await form.submit({ title: "Export fails" })).answer();
      expect(runs).toMatchObject([{ values: { title: "Export fails", priority: "high", account: 'Umbrella "Corp"' } }]);
    });

    test("a command that lacks nothing is run at once", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      await under.type(["ticket", "open"], { title: "Export fails" }).answer();
      expect(runs).toMatchObject([{ values: { title: "Export fails", priority: "low", seats: 1 } }]);
      expect(under.forms()).toBe(0);
    });

    test("a mistake in what was typed is said, and no form opens", async () => {
      const { command } = createTicketCommand();
      await under.start([command]);
      const { text } = await under.press("ticket open --priority urgent").answer();
      expect(text.replaceAll("`", "")).toContain("priority must be low or high");
      expect(under.forms()).toBe(0);
    });

    test("a button opens the form, with what the button carries", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const form = await under.press("ticket open --account=Umbrella --seats 7").form();
      expect(form.held).toMatchObject({ seats: "7" });
      await (await form.submit({ title: "Export fails" })).answer();
      expect(runs).toMatchObject([{ values: { account: "Umbrella", seats: 7 } }]);
    });

    test("a button that carries more than a form can says what to do", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const line = `ticket open --account="${"\\".repeat(under.mostCarried)}"`;
      expect((await under.press(line).answer()).text).toContain("more than a form can carry");
      expect(runs).toEqual([]);
    });

    test("a message's command asks with the message's words in the form, and keeps the message", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const words = "Export fails & stays <failed>\nsince Monday";
      const chosen = await under.choose(command, words);
      const form = await chosen.form();
      expect(form.held).toMatchObject({ title: "", details: words });
      expect((await (await form.submit({ title: "Export fails" })).answer()).isPrivate).toBe(true);
      expect(runs).toMatchObject([
        {
          values: { title: "Export fails", details: words },
          target: {
            message: { channel: under.channel, id: chosen.message },
            author: { id: chosen.author },
            text: words,
          },
        },
      ]);
    });

    test("a message of 4,000 characters is cut to what the field takes, and its form opens", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const form = await (await under.choose(command, "👩‍👩‍👧‍👦 fails ".repeat(240))).form();
      expect(form.held["details"]?.length).toBeLessThanOrEqual(2_000);
      expect(form.held["details"]).toMatch(/…$/);
      await (await form.submit({ title: "x" })).answer();
      expect(runs).toHaveLength(1);
    });

    test("a form works after a restart", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const form = await under.press("ticket open --account=Umbrella").form();
      await under.restart();
      await (await form.submit({ title: "Export fails" })).answer();
      expect(runs).toMatchObject([{ values: { title: "Export fails", account: "Umbrella" } }]);
    });

    test("a form that is told twice, or sent twice, has one effect", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const form = await under.type(["ticket", "open"]).form();
      const sent = await form.submit({ title: "Export fails" });
      await sent.answer();
      await sent.tellAgain();
      await form.submit({ title: "Export fails again" });
      await under.settled();
      expect(runs).toHaveLength(1);
    });

    test("a title of blanks is not taken", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      const sent = await (await under.type(["ticket", "open"]).form()).submit({ title: "   " });
      if (under.staysOpen) expect(sent.errors).toEqual({ title: "This must be filled in." });
      else
        expect(await sent.answer()).toMatchObject({
          text: expect.stringContaining("you wrote nothing"),
          isPrivate: true,
        });
      expect(runs).toEqual([]);
    });

    test("a form that is sent is checked by the policy", async () => {
      const { command, runs } = createTicketCommand(ADMINISTERS);
      const asked: string[] = [];
      const gate: Gate = {
        admit: async (path, need, { asker }) => {
          asked.push(`${asker.person} ${need.action} ${path}`);
          return { ok: false, complaint: "Only admins may." };
        },
        offers: () => Promise.reject(new Error("not asked for")),
        viewOf: () => Promise.reject(new Error("not asked for")),
      };
      await under.start([command], gate);
      const form = await under.type(["ticket", "open"]).form();
      expect(await (await form.submit({ title: "x" })).answer()).toMatchObject({
        text: expect.stringContaining("Only admins may."),
        isPrivate: true,
      });
      expect(asked).toEqual([`${under.person} administer ticket open`]);
      expect(runs).toEqual([]);
    });

    test("a form that comes too late is not opened, and nothing is run", async () => {
      const { command, runs } = createTicketCommand();
      await under.start([command]);
      under.beLate();
      under.type(["ticket", "open"]);
      await under.settled();
      expect(under.forms()).toBe(0);
      expect(runs).toEqual([]);
    });

    test.each([
      ["title", (command: Command) => ({ ...command, form: { ...command.form, title: "t".repeat(60) } })],
      [
        "label",
        (command: Command) => ({
          ...command,
          form: { title: "t", fields: { title: { label: "l".repeat(2_500) } } },
        }),
      ],
      [
        "hint",
        (command: Command) => ({
          ...command,
          form: { title: "t", fields: { title: { label: "l", hint: "h".repeat(2_500) } } },
        }),
      ],
      ["fields", (command: Command) => ({ ...command, form: { title: "t", fields: {} } })],
    ] as const)("with a %s that the platform would refuse, the bot does not start", async (what, spoilt) => {
      const { command } = createTicketCommand();
      await expect(under.start([spoilt(command) as Command])).rejects.toThrow(what);
    });
  });
}
