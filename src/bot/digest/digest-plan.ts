import type { Edition } from "./edition.ts";
import { SECTIONS, type Section } from "./section.ts";

/** What a channel wants of a digest. */
export interface DigestPlan {
  readonly edition: Edition;
  readonly sections: readonly Section[];
  /** Posted only when something is notable; see `whatIsNotable`. */
  readonly notableOnly: boolean;
}

export const WHOLE_DAILY: DigestPlan = { edition: "daily", sections: SECTIONS, notableOnly: false };
