import { DIGITS, DONE, plainEmoji, SEEN, TICKET } from "../../emoji.ts";

const DIGIT_NAMES = "zero one two three four five six seven eight nine keycap_ten".split(" ");
const NAMES = new Map<string, string>([
  ...DIGITS.map((emoji, digit) => [emoji, DIGIT_NAMES[digit] ?? ""] as const),
  [TICKET, "ticket"],
  [DONE, "white_check_mark"],
  [SEEN, "eyes"],
]);
const EMOJI = new Map([...NAMES].map(([emoji, name]) => [name, emoji]));

/** What Slack calls it: `keycap_ten`. One that we have no name for is left as it is. */
export function slackName(emoji: string): string {
  return NAMES.get(plainEmoji(emoji)) ?? emoji.replaceAll(":", "");
}

/** The emoji, or `:name:` for one that we do not use. `::skin-tone-2` counts for nothing. */
export function emojiNamed(name: string): string {
  const bare = name.split("::")[0] ?? name;
  return EMOJI.get(bare) ?? `:${bare}:`;
}
