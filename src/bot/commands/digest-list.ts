import type { Temporal } from "../../core/time.ts";
import { listSchedules, type ListedSchedule } from "../digest/schedule-store.ts";
import { whenText } from "../digest/edition.ts";
import { NOTABLE_RULE } from "../digest/notable.ts";
import { SECTIONS } from "../digest/section.ts";
import { readReference } from "../permission/reference.ts";
import type { NameOf } from "../permission/refusal-words.ts";
import { FREE } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Message } from "../message.ts";
import { dayText } from "../window-words.ts";
import type { CommandContext } from "./context.ts";
import { sectionsText } from "./digest-changes.ts";

export function createDigestList({ db, clock }: Pick<CommandContext, "db" | "clock">): Command {
  return defineCommand({
    path: ["digest", "list"],
    description: "where digests are posted, and what became of the last ones",
    options: {},
    access: () => FREE,
    async run(_, { prefix, nameOf }) {
      const schedules = await db.read.run(listSchedules);
      const shown = await Promise.all(schedules.map((one) => withNames(one, nameOf)));
      return { message: listMessage(shown, clock.now(), prefix), data: schedules };
    },
  });
}

/** With the person who paused it as people know them. */
interface Shown extends ListedSchedule {
  readonly who: string | null;
}

async function withNames(schedule: ListedSchedule, nameOf: NameOf): Promise<Shown> {
  if (schedule.pausedBy === null) return { ...schedule, who: null };
  const person = readReference(schedule.pausedBy);
  return { ...schedule, who: person === null ? "somebody in the terminal" : await nameOf(person) };
}

const STATE_WORDS: Readonly<Record<string, string>> = {
  pending: "waits to be sent",
  sending: "is being sent",
  sent: "was sent",
  uncertain: "may have been sent: it is being looked up",
  skipped: "was not sent in time",
  dead: "was refused",
  quiet: "nothing notable, not posted",
};

function listMessage(schedules: readonly Shown[], now: Temporal.Instant, prefix: string): Message {
  if (schedules.length === 0)
    return {
      tone: "neutral",
      blocks: [
        {
          kind: "text",
          text: `No channel gets a digest yet. \`${prefix}digest subscribe\` starts one where you ask, or set \`DIGEST_CHANNELS\`, like \`slack:C0123456789\`.`,
        },
      ],
    };
  const rows = schedules.map(({ destination, edition, weekday, at, timeZone, last, pausedFor, who, origin }) => [
    `${destination.platform}:${destination.channel}`,
    edition === "daily" ? `${at} ${timeZone}` : `${whenText(edition, weekday, at)} ${timeZone}`,
    last === null ? "none yet" : lastWords(last, now.toZonedDateTimeISO(timeZone).toPlainDate()),
    pausedFor === null && who === null ? "on" : "paused",
    origin === "environment" ? "DIGEST_CHANNELS" : "chat",
  ]);
  const paused = schedules.flatMap((one): Block[] => {
    const text = pausedText(one, prefix);
    return text === null ? [] : [{ kind: "text", text }];
  });
  const unclear = schedules.flatMap(({ destination: { platform, channel }, last }): Block[] => {
    if (last?.state === "pending" && last.reason !== null)
      return [{ kind: "text", text: `${platform}:${channel} waits for its digest: ${last.reason}` }];
    if (last?.state !== "uncertain" || last.reason === null) return [];
    const text = `${platform}:${channel} may have its digest: ${last.reason} It is not sent again before that is known.`;
    return [{ kind: "text", text }];
  });
  const columns = ["channel", "time", "last digest", "state", "made by"].map(
    (label) => ({ label, align: "left" }) as const,
  );
  return {
    title: "Digests",
    tone: paused.length > 0 ? "warning" : "neutral",
    blocks: [{ kind: "table", columns, rows }, ...plansOf(schedules), ...paused, ...unclear],
  };
}

/** Those with fewer sections, and those that are posted only when something is notable, with the rule. */
function plansOf(schedules: readonly Shown[]): Block[] {
  const told = (one: Shown) => `${one.destination.platform}:${one.destination.channel} (${one.edition})`;
  const fewer = shortened(
    schedules
      .filter(({ sections }) => sections.length < SECTIONS.length)
      .map((one) => `${told(one)} has ${sectionsText(one.sections)}`),
  );
  const notable = shortened(schedules.filter(({ notableOnly }) => notableOnly).map(told));
  const rule = notable.length === 0 ? [] : [`${notable.join(", ")}: ${NOTABLE_RULE}`];
  return [...fewer.map((text) => `${text}.`), ...rule].map((text) => ({ kind: "text", text }));
}

const MOST_PLANS = 10;

function shortened(words: readonly string[]): string[] {
  const more = words.length - MOST_PLANS;
  return more > 0 ? [...words.slice(0, MOST_PLANS), `and ${more} more`] : [...words];
}

function pausedText({ destination, edition, pausedFor, who, origin }: Shown, prefix: string): string | null {
  const where = `${destination.platform}:${destination.channel}${edition === "daily" ? "" : ` (${edition})`}`;
  if (who !== null) return `${where} is paused by ${who}. \`${prefix}digest resume\` starts it again.`;
  if (pausedFor === null) return null;
  const again = origin === "environment" ? ", and so does the next start" : "";
  return `${where} is paused: ${pausedFor} \`${prefix}digest resume\` tries again when that is mended${again}.`;
}

function lastWords({ localDate, state }: NonNullable<ListedSchedule["last"]>, today: Temporal.PlainDate): string {
  return `${dayText(localDate, today)} ${STATE_WORDS[state] ?? state}`;
}
