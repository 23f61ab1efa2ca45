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
