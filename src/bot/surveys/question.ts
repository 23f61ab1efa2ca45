import type { Temporal } from "../../core/time.ts";
import { longDate } from "../digest/weekday.ts";
import type { RoundKind } from "../../surveys/round-store.ts";
import type { Block, Message } from "../message.ts";
import { referenceOf } from "../platform.ts";
import { timeText } from "../window-words.ts";

export const USUAL_QUESTION = "How likely are you to recommend us to a friend or colleague?";

interface Asked {
  readonly key: string;
  readonly surveyId: string;
  readonly question: string;
  readonly closesAt: Temporal.Instant;
  readonly kind: RoundKind;
}

const AGAIN = "You gave us a low score, and we have looked into it. How is it now?";

/** No platform may cut the question: Slack takes 150 characters in a title. */
const LONGEST_TITLE = 140;

function headed(question: string): { readonly title: Pick<Message, "title">; readonly rest: readonly Block[] } {
  if (question.length <= LONGEST_TITLE) return { title: { title: question }, rest: [] };
  return { title: {}, rest: [{ kind: "text", text: question }] };
}

/** The message under which people put their digits. */
export function questionMessage({ key, surveyId, question, closesAt, kind }: Asked, timeZone: string): Message {
  const { title, rest } = headed(question);
  return {
    ...title,
    tone: "neutral",
    blocks: [
      ...rest,
      ...(kind === "again" ? [{ kind: "text", text: AGAIN } as const] : []),
      { kind: "text", text: "0 = not at all likely, 10 = extremely likely. React below, or answer privately." },
      {
        kind: "text",
        text: `One answer a person; change it any time until ${momentText(closesAt, timeZone)}. Of several digits the lowest counts.`,
      },
      answerPrivately(surveyId),
      { kind: "note", text: referenceOf(key) },
    ],
  };
}

/** Sent once to those who have not answered; `link` leads to the question in a channel, null where it stands above. */
export function reminderMessage(
  { key, surveyId, question, closesAt }: Omit<Asked, "kind">,
  { timeZone, link }: { readonly timeZone: string; readonly link: string | null },
): Message {
  const where = link === null ? "React to the question above" : `React to the question (${link})`;
  const text = `${where}, or answer privately. Answers count until ${momentText(closesAt, timeZone)}.`;
  const once = "This is the only reminder.";
  return {
    title: `Not answered yet? ${question}`,
    tone: "neutral",
    blocks: [
      { kind: "text", text },
      answerPrivately(surveyId),
      { kind: "note", text: `${once} · ${referenceOf(key)}` },
    ],
  };
}

function answerPrivately(surveyId: string): Block {
  return { kind: "buttons", buttons: [{ label: "Answer privately", command: `nps answer --survey=${surveyId}` }] };
}

/** What stands in its place when the time is over. */
export function closedMessage({ key, question }: Pick<Asked, "key" | "question">): Message {
  const { title, rest } = headed(question);
  return {
    ...title,
    tone: "neutral",
    blocks: [
      ...rest,
      { kind: "text", text: "This survey is closed. Thank you to all who answered." },
      { kind: "note", text: referenceOf(key) },
    ],
  };
}

/** To whoever follows up a low answer. Whose it is, they are told when they ask. */
export function ownerMessage(
  {
    ticketId,
    surveyId,
    dueAt,
  }: { readonly ticketId: string; readonly surveyId: string; readonly dueAt: Temporal.Instant },
  { timeZone, prefix }: { readonly timeZone: string; readonly prefix: string },
): Message {
  const text = `${ticketId} is yours: somebody gave 6 or less in survey ${surveyId}. It is due ${momentText(dueAt, timeZone)}.`;
  return {
    tone: "neutral",
    blocks: [
      { kind: "text", text },
      { kind: "text", text: `\`${prefix}nps followup ${ticketId}\` shows you alone whose answer it is.` },
      { kind: "buttons", buttons: [{ label: "Whose it is", command: `nps followup ${ticketId}` }] },
    ],
  };
}

/** "Friday 27 November 18:00 Europe/Berlin" */
export function momentText(moment: Temporal.Instant, timeZone: string): string {
  const date = moment.toZonedDateTimeISO(timeZone).toPlainDate().toString();
  return `${longDate(date)} ${timeText(moment.toString(), timeZone)} ${timeZone}`;
}
