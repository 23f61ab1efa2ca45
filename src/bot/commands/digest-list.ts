import type { Temporal } from "../../core/time.ts";
import { listSchedules, type ListedSchedule } from "../digest/schedule-store.ts";
import { FREE } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Message } from "../message.ts";
import { dayText } from "../window-words.ts";
import type { CommandContext } from "./context.ts";

export function createDigestList({ db, clock }: CommandContext): Command {
  return defineCommand({
    path: ["digest", "list"],
    description: "where the morning digest is posted, and what became of the last one",
    options: {},
    access: () => FREE,
    async run() {
      const schedules = await db.read.run(listSchedules);
      return { message: listMessage(schedules, clock.now()), data: schedules };
    },
  });
}

const STATE_WORDS: Readonly<Record<string, string>> = {
  pending: "waits to be sent",
  sending: "is being sent",
  sent: "was sent",
  uncertain: "may have been sent: it is being looked up",
  skipped: "was not sent in time",
  dead: "was refused",
};

function listMessage(schedules: readonly ListedSchedule[], now: Temporal.Instant): Message {
  if (schedules.length === 0)
    return {
      tone: "neutral",
      blocks: [
        { kind: "text", text: "No channel gets a digest yet. Set `DIGEST_CHANNELS`, like `slack:C0123456789`." },
      ],
    };
  const rows = schedules.map(({ destination, at, timeZone, last, pausedFor }) => [
    `${destination.platform}:${destination.channel}`,
    `${at} ${timeZone}`,
    last === null ? "none yet" : lastWords(last, now.toZonedDateTimeISO(timeZone).toPlainDate()),
    pausedFor === null ? "on" : "paused",
  ]);
  const paused: Block[] = schedules
    .filter(({ pausedFor }) => pausedFor !== null)
    .map(({ destination, pausedFor }) => ({
      kind: "text",
      text: `${destination.platform}:${destination.channel} is paused: ${pausedFor} It is tried again at the next start.`,
    }));
  const unclear = schedules.flatMap(({ destination: { platform, channel }, last }): Block[] => {
    if (last?.state !== "uncertain" || last.reason === null) return [];
    const text = `${platform}:${channel} may have its digest: ${last.reason} It is not sent again before that is known.`;
    return [{ kind: "text", text }];
  });
  const columns = ["channel", "time", "last digest", "state"].map((label) => ({ label, align: "left" }) as const);
  return {
    title: "Morning digests",
    tone: paused.length > 0 ? "warning" : "neutral",
    blocks: [{ kind: "table", columns, rows }, ...paused, ...unclear],
  };
}

function lastWords({ localDate, state }: NonNullable<ListedSchedule["last"]>, today: Temporal.PlainDate): string {
  return `${dayText(localDate, today)} ${STATE_WORDS[state] ?? state}`;
}
