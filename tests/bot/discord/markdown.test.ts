import { expect, test } from "vitest";
import { cut, markdown } from "../../../src/bot/platforms/discord/markdown.ts";

test.each([
  ["0.41 %", "0.41 %"],
  ["1. item", "1\\. item"],
  ["# heading", "\\# heading"],
  ["daily_active_users *now*", "daily\\_active\\_users \\*now\\*"],
  ["`daily_active_users` and a ` alone", "`daily_active_users` and a \\` alone"],
  ["<@1> [a](http://evil.example)", "\\<@1\\> \\[a\\]\\(http\\://evil.example\\)"],
  ["@everyone", "@\u200beveryone"],
])("%s is shown as it is written", (text, sent) => {
  expect(markdown(text)).toBe(sent);
});

test("what is cut says how much is missing, and is never longer than allowed", () => {
  expect(cut("abcdefghij".repeat(10), 40)).toBe("abcdefghijabcdefgh… (82 more characters)");
  for (const most of [1, 10, 30, 60]) expect(cut("👩‍👩‍👧‍👦*".repeat(50), most).length).toBeLessThanOrEqual(most);
});

test.each([
  ["letters", "a"],
  ["markup", "*"],
  ["blanks at the end", `${"*".repeat(2_000)}${" ".repeat(2_000)}x`],
  ["code", "`a` "],
  ["half of a code", "`a"],
  ["marks on one letter", "a\u0301\u0302"],
  ["families", "👩‍👩‍👧‍👦"],
])("cutting a text of %s renders it a dozen times and no more, however long it is", (_, part) => {
  for (const length of [4_000, 8_000, 16_000]) {
    const text = part.repeat(Math.ceil(length / part.length));
    let renderings = 0;
    const shown = cut(text, 2_000, (given) => {
      renderings += 1;
      return markdown(given);
    });
    expect(shown.length).toBeLessThanOrEqual(2_000);
    expect(renderings).toBeLessThanOrEqual(13);
  }
});
