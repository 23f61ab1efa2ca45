/** The answers from 0 to 10, in order. */
export const DIGITS = ["0️⃣", "1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟"] as const;
export const TICKET = "🎫";
export const DONE = "✅";
export const SEEN = "👀";

const OURS = [...DIGITS, TICKET, DONE, SEEN];

/** Discord and keyboards write the same emoji with and without variation selectors, and in five tones of skin. */
const bare = (emoji: string) => emoji.replaceAll(/[\ufe0e\ufe0f]|[\u{1f3fb}-\u{1f3ff}]/gu, "");
const SPELLINGS = new Map<string, string>(OURS.map((emoji) => [bare(emoji), emoji]));

/** One spelling for an emoji: as this file writes it, or else without selectors and tones of skin. */
export function plainEmoji(emoji: string): string {
  return SPELLINGS.get(bare(emoji)) ?? bare(emoji);
}
