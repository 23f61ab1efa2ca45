import { Problem } from "../../core/problem.ts";
import type { TicketView } from "../../tickets/ticket-view.ts";
import { ticketOfThread } from "../../tickets/view-store.ts";
import type { Invocation, Option } from "../command.ts";
import { actorOf } from "../permission/audit-store.ts";
import type { Ticketing } from "./ticketing.ts";

export const ticketOption = {
  kind: "text",
  description: "like TCK-118; without it, the ticket of this thread",
  longest: 100,
  fallback: "",
  form: /^tck-\d+$/iu,
} as const satisfies Option;

/** The ticket that was named, or that of the thread in which the command was given. Rejects with `Problem`. */
export async function ticketMeant(
  named: string,
  { place, target }: Invocation,
  { db, desk }: Pick<Ticketing, "db" | "desk">,
): Promise<TicketView> {
  if (named !== "") return desk.find(/^tck-\d+$/i.test(named) ? named.toUpperCase() : named);
  const thread = target?.message.thread ?? place.thread;
  const { platform, channel } = place;
  const ticketId =
    thread === null ? null : await db.read.run((sql) => ticketOfThread(sql, { platform, channel, thread }));
  if (ticketId !== null) return desk.find(ticketId);
  throw new Problem("which_ticket", 400, "Say which ticket, like `TCK-118`.", {
    next: "`/ticket list` shows those that are open.",
  });
}

/** Tickets are worked on by the team alone. */
export function refuseStrangers({ asker }: Invocation, { team }: Pick<Ticketing, "team">): void {
  if (team.includes(asker)) return;
  throw new Problem(
    "not_the_support_team",
    403,
    "Tickets are worked on by the support team, and you are not one of them.",
    {
      next: "Whoever runs Bellwether names the team in `SUPPORT_TEAM`.",
    },
  );
}

/** `slack:U123` */
export function actorIn({ asker }: Invocation): string {
  return actorOf(asker);
}
