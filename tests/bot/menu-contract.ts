import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defineCommand, type Command } from "../../src/bot/command.ts";
import type { Block } from "../../src/bot/message.ts";
import { FREE } from "../../src/bot/permission/need.ts";

/** An answer, with what can be pressed and chosen on it. */
export interface AnswerUnderTest {
  readonly text: string;
  /** Who sees it. */
  readonly isPrivate: boolean;
  /** It stands where the message was on which somebody pressed. */
  readonly isInPlace: boolean;
  readonly buttons: readonly string[];
  /** The options of each menu, by its label. */
  readonly menus: Readonly<Record<string, readonly string[]>>;
  press(label: string): Promise<AnswerUnderTest>;
  choose(menu: string, label: string): Promise<AnswerUnderTest>;
}

export interface MenusUnderTest {
  readonly mostOptions: number;
  start(commands: readonly Command[]): Promise<void>;
  restart(): Promise<void>;
  ask(path: readonly [string, string]): Promise<AnswerUnderTest>;
  stop(): Promise<void>;
}

const LAST = 9;
const LONG_NAME = "of-a-plan-with-a-long-name-".repeat(2);

function pageBlocks(page: number, size: number): Block[] {
  const line = (to: number) => `metrics pages ${to} --size ${size}`;
  const sizes = [10, 20].map((rows) => ({ label: `${rows} rows`, command: `metrics pages ${page} --size ${rows}` }));
  return [
    { kind: "text", text: `Page ${page} of ${size} rows.` },
    { kind: "menu", label: "Rows", options: sizes, replaces: true },
    { kind: "menu", label: "Look into", options: [{ label: "The first", command: "metrics pages 1" }] },
    {
      kind: "buttons",
      buttons: [
        { label: "Next", command: line(page + 1), replaces: true },
        { label: "Aside", command: line(page + 1) },
      ],
    },
  ];
}

const pages = defineCommand({
  path: ["metrics", "pages"],
  description: "pages",
  options: {
    page: { kind: "integer", description: "which", min: 1, max: LAST, fallback: LAST - 1 },
    size: { kind: "integer", description: "rows", min: 1, max: 50, fallback: 10 },
  },
  access: () => FREE,
  run: async ({ page, size }) => ({ message: { tone: "neutral", blocks: pageBlocks(page, size) }, data: null }),
});

const many = (count: number) =>
  defineCommand({
    path: ["metrics", "many"],
    description: "many",
    options: {
      plan: { kind: "text", description: "which", longest: 200, fallback: "" },
    },
    access: () => FREE,
    async run({ plan }) {
      const options = Array.from({ length: count }, (_, index) => ({
        label: `Plan ${index} <@everyone>`,
        command: `metrics many --plan ${LONG_NAME}${index}`,
      }));
      const text = { kind: "text", text: plan === "" ? "Choose." : `Chosen: ${plan}.` } as const;
      return { message: { tone: "neutral", blocks: [text, { kind: "menu", label: "Plans", options }] }, data: null };
    },
  });

/** What every chat platform has to do with menus, and with what replaces the message it stands on. */
export function describeMenus(name: string, start: () => Promise<MenusUnderTest>): void {
  describe(`menus and pages in ${name}`, () => {
    let under: MenusUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(() => under.stop());

    test("a menu's option answers privately, after a restart too", async () => {
      await under.start([pages]);
      const first = await under.ask(["metrics", "pages"]);
      expect(first.menus).toEqual({ Rows: ["10 rows", "20 rows"], "Look into": ["The first"] });
      await under.restart();
      expect(await first.choose("Look into", "The first")).toMatchObject({
        text: expect.stringContaining("Page 1 of 10 rows."),
        isPrivate: true,
        isInPlace: false,
      });
    });

    test("a button and a menu that replace show their answer in the place of the message", async () => {
      await under.start([pages]);
      const first = await under.ask(["metrics", "pages"]);
      const next = await first.press("Next");
      expect(next).toMatchObject({ text: expect.stringContaining("Page 9 of 10"), isPrivate: true, isInPlace: true });
      expect(next.buttons).toEqual(["Next", "Aside", "Share"]);
      await under.restart();
      const longer = await next.choose("Rows", "20 rows");
      expect(longer).toMatchObject({ text: expect.stringContaining("Page 9 of 20"), isInPlace: true });
    });

    test("another button leaves the message as it is", async () => {
      await under.start([pages]);
      const aside = await (await under.ask(["metrics", "pages"])).press("Aside");
      expect(aside).toMatchObject({ text: expect.stringContaining("Page 9"), isPrivate: true, isInPlace: false });
    });

    test("what is refused does not replace the message", async () => {
      await under.start([pages]);
      const last = await (await under.ask(["metrics", "pages"])).press("Next");
      expect(await last.press("Next")).toMatchObject({
        text: expect.stringContaining("must be a whole number from 1 to 9"),
        isPrivate: true,
        isInPlace: false,
      });
    });

    test("on a message that all see it does not change what others see", async () => {
      await under.start([pages]);
      const shared = await (await under.ask(["metrics", "pages"])).press("Share");
      expect(shared.isPrivate).toBe(false);
      expect(await shared.press("Next")).toMatchObject({ isPrivate: true, isInPlace: false });
      expect(await shared.choose("Rows", "20 rows")).toMatchObject({ isPrivate: true, isInPlace: false });
    });

    test("a menu holds as many options as the platform takes, long commands too, and says what is left", async () => {
      await under.start([many(under.mostOptions + 2)]);
      const answer = await under.ask(["metrics", "many"]);
      expect(answer.menus["Plans"]).toHaveLength(under.mostOptions);
      expect(answer.text).toMatch(new RegExp(`Plan ${under.mostOptions + 1}|2 more to choose from`));
      const last = under.mostOptions - 1;
      const chosen = await answer.choose("Plans", answer.menus["Plans"]?.[last] ?? "");
      expect(chosen.text).toContain(`${LONG_NAME}${last}.`);
    });
  });
}
