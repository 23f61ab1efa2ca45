import type { Temporal } from "../../core/time.ts";
import { longDate } from "../digest/weekday.ts";
import type { Message } from "../message.ts";
import { referenceOf } from "../platform.ts";
import { timeText } from "../window-words.ts";

export const USUAL_QUESTION = "How likely are you to recommend us to a friend or colleague?";

interface Asked {
  readonly key: string;
  readonly surveyId: string;
  readonly question: string;
  readonly closesAt: Temporal.Instant;
}

/** The message under which people put their digits. */
export function questionMessage({ key, surveyId, question, closesAt }: Asked, timeZone: string): Message {
  return {
    title: question,
    tone: "neutral",
    blocks: [
      { kind: "text", text: "0 not at all, 10 very. React below, or answer privately." },
      {
        kind: "text",
        text: `One answer a person; change it any time until ${momentText(closesAt, timeZone)}. Of several digits the lowest counts.`,
      },
      { kind: "buttons", buttons: [{ label: "Answer privately", command: `nps answer --survey=${surveyId}` }] },
      { kind: "note", text: referenceOf(key) },
    ],
  };
}

/** What stands in its place when the time is over. */
export function closedMessage({ key, question }: Pick<Asked, "key" | "question">): Message {
  return {
    title: question,
    tone: "neutral",
    blocks: [
      { kind: "text", text: "This survey is closed. Thank you to all who answered." },
      { kind: "note", text: referenceOf(key) },
    ],
  };
}

/** "Friday 27 November 18:00 Europe/Berlin" */
export function momentText(moment: Temporal.Instant, timeZone: string): string {
  const date = moment.toZonedDateTimeISO(timeZone).toPlainDate().toString();
  return `${longDate(date)} ${timeText(moment.toString(), timeZone)} ${timeZone}`;
}
