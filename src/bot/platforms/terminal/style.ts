import type { Tone } from "../../message.ts";

/** Blue and yellow rather than green and red, and only ever beside words that say the same. */
const CODES = { strong: "1", faint: "2", plot: "36", good: "36", bad: "33;1", warning: "33" } as const;

export type Emphasis = keyof typeof CODES;

/** Sets text apart; hands it back as it is where there is no colour. */
export type Style = (emphasis: Emphasis, text: string) => string;

export function createStyle(colour: boolean): Style {
  if (!colour) return (_, text) => text;
  return (emphasis, text) => (text.trim() === "" ? text : `\u001b[${CODES[emphasis]}m${text}\u001b[0m`);
}

export function emphasisOf(tone: Tone | undefined): Emphasis | null {
  switch (tone) {
    case "good":
    case "bad":
    case "warning":
      return tone;
    case "neutral":
    case undefined:
      return null;
  }
}
