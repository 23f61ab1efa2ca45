import { Problem } from "../../core/problem.ts";
import { CATEGORIES, PRIORITIES } from "../../tickets/ticket-log.ts";
import { defineCommand, type Answer, type Command, type Invocation } from "../command.ts";
import { FREE_ACT } from "../permission/need.ts";
import type { OpenedInChat, Wish } from "./opener.ts";
import type { Ticketing } from "./ticketing.ts";
import { actorIn } from "./which-ticket.ts";
import { firstLine } from "./words.ts";

const LONGEST_SUBJECT = 500;
/** What a form of Slack takes. */
const LONGEST_DETAILS = 3_000;

/** Anybody may: a customer in a shared channel too. */
export function createOpenCommand(ticketing: Ticketing): Command {
  return defineCommand({
    path: ["ticket", "open"],
    description: "open a support ticket, with all that was said in its thread",
    options: {
      subject: {
        kind: "text",
        description: "what it is about; without it, what was said first",
        longest: LONGEST_SUBJECT,
        fallback: "",
      },
      priority: { kind: "choice", description: "how urgent it is", choices: PRIORITIES, fallback: "medium" },
      category: { kind: "choice", description: "what kind it is", choices: CATEGORIES, fallback: "general" },
      details: {
        kind: "text",
        description: "what happened; without it, what was said in the thread",
        longest: LONGEST_DETAILS,
        fallback: "",
      },
    },
    form: {
      title: "Open support ticket",
      send: "Open",
      fields: {
        subject: { label: "Subject", hint: "What it is about; left empty, the first line of what was said" },
        priority: { label: "Priority" },
        category: { label: "Category" },
        details: { label: "Details", hint: "The words of the thread are taken along anyway", isLong: true },
      },
      prefill: ({ target }) => ({ subject: firstLine(target?.text ?? "") ?? "", details: target?.text ?? "" }),
    },
    onMessage: { id: "open_ticket", label: "Open support ticket" },
    access: () => FREE_ACT,
    async run({ subject, priority, category, details }, invocation) {
      const openedBy = actorIn(invocation);
      if (given(subject) === null && given(details) === null && isAlone(invocation))
        throw new Problem("empty_ticket", 400, "Say what the ticket is about.", {
          next: `Write \`${invocation.prefix}ticket open the export fails\`.`,
        });
      const wish = { openedBy, subject: given(subject), details: given(details), priority, category };
      return answerOf(await openWhere(invocation, wish, ticketing), invocation);
    },
  });
}

function given(text: string): string | null {
  return text.trim() === "" ? null : text;
}

/** Whether there is neither a message nor a thread whose words could be taken. */
function isAlone({ target, place }: Invocation): boolean {
  return target === undefined && (place.thread === null || place.platform === "terminal");
}

function openWhere({ target, place }: Invocation, wish: Wish, { opener }: Ticketing): Promise<OpenedInChat> {
  if (target !== undefined) return opener.onMessage(target.message, wish, target.text || (wish.details ?? ""));
  const { platform, channel, thread } = place;
  if (thread === null || platform === "terminal") return opener.alone(wish);
  return opener.inThread({ platform, channel, thread }, wish);
}

function answerOf({ ticket, isNew, remarks }: OpenedInChat, { prefix }: Invocation): Answer {
  const { ticketId, thread } = ticket;
  const where = thread === null ? `\`${prefix}ticket show ${ticketId}\` shows it.` : "Its card is in the thread.";
  const text = isNew ? `${ticketId} is open. ${where}` : `This thread has its ticket already: ${ticketId}.`;
  const blocks = [text, ...remarks].map((one) => ({ kind: "text", text: one }) as const);
  const data = { ticket_id: ticketId, is_new: isNew, remarks };
  return { message: { tone: remarks.length === 0 ? "neutral" : "warning", blocks }, data };
}
