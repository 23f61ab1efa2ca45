import { z } from "zod";
import type { FollowUpSettings } from "./bot/surveys/following-up.ts";
import { readReference } from "./bot/permission/reference.ts";
import { wholeOrAbsent } from "./policy-config.ts";

const DUE_DAYS = 3;

/** The variables of surveys in chat. */
export const SURVEY_SETTINGS = {
  NPS_FOLLOW_UP: {
    about:
      "Who follows up answers of 6 or less to a survey in chat: each opens a ticket of theirs, and they alone are told whose answer it is. Without it no tickets are opened.",
    example: "slack:U0123456789",
    schema: z
      .string()
      .refine((value) => ownerOf(value) !== null, "must name a person, like slack:U0123456789 or discord:123")
      .optional(),
  },
  NPS_FOLLOW_UP_DAYS: {
    about: "Days in which such a ticket is due; 3 without it.",
    example: "3",
    schema: wholeOrAbsent(1, 90),
  },
};

/** "slack:U123", as the desk names people. */
function ownerOf(text: string): string | null {
  const subject = readReference(text);
  return subject?.kind === "person" ? `${subject.platform}:${subject.id}` : null;
}

interface SurveyConfig {
  readonly NPS_FOLLOW_UP?: string | undefined;
  readonly NPS_FOLLOW_UP_DAYS?: number | undefined;
}

/** Null: nobody follows up. */
export function followUpSettingsOf({ NPS_FOLLOW_UP, NPS_FOLLOW_UP_DAYS }: SurveyConfig): FollowUpSettings | null {
  const owner = NPS_FOLLOW_UP === undefined ? null : ownerOf(NPS_FOLLOW_UP);
  return owner === null ? null : { owner, dueDays: NPS_FOLLOW_UP_DAYS ?? DUE_DAYS };
}
