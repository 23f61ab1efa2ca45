import type { Temporal } from "../../core/time.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { keyOf, type OwedDigest } from "../digest/digest-post.ts";
import type { Message } from "../message.ts";
import { referenceOf, type ChatPlatform } from "../platform.ts";
import { actorName } from "../tickets/words.ts";
import { raiseWarning } from "../warnings/warning-store.ts";
import { alertName } from "./alert.ts";
import { nowOf, numbersAt, type AlertParts } from "./alert-parts.ts";
import { cardMessage, followUp, type Names } from "./card.ts";
import { noteShown, pauseAlert, readMatters } from "./matter-store.ts";
import { noticeName, readNoticeName, type Matter, type NoticeKind } from "./matter.ts";

/**
 * Writes a notice that the ledger owes, as things are now. Null: it is not wanted any more, or the channel may not be
 * told; then the alert is paused.
 */
export async function writeNotice(owed: OwedDigest, parts: AlertParts): Promise<Message | null> {
  const name = readNoticeName(owed.kind);
  const [matter] = name === null ? [] : await parts.db.read.run((sql) => readMatters(sql, name));
  const platform = parts.platforms.find((one) => one.name === owed.destination.platform);
  if (name === null || matter === undefined || platform === undefined || !isWanted(name.kind, matter)) return null;
  const withheld = await whyWithheld(matter, platform, parts);
  if (withheld !== null) {
    await pause(matter, withheld, parts);
    return null;
  }
  const now = await nowOf(parts);
  const message =
    name.kind === "card"
      ? await cardOf(matter, platform, now, parts)
      : followUp(name.kind, matter, { now, timeZone: parts.timeZone, currency: parts.currency });
  if (name.kind === "card") await parts.db.work.run((sql) => noteShown(sql, matter, matter.revision));
  return withReference(message, keyOf(owed.destination, owed.localDate, owed.kind));
}

function isWanted(kind: NoticeKind, { endedAt, endedBy, acknowledgedAt }: Matter): boolean {
  switch (kind) {
    case "card":
      return endedAt === null;
    case "again":
      return endedAt === null && acknowledgedAt === null;
    case "over":
      return endedAt !== null && endedBy !== "removed";
  }
}

/** A sentence on why the channel may not be told now; null when it may. */
export async function whyWithheld(
  { alertNo, metric, destination }: Pick<Matter, "alertNo" | "metric" | "destination">,
  platform: ChatPlatform,
  { gate }: Pick<AlertParts, "gate">,
): Promise<string | null> {
  const { group } = metricOf(metric);
  const place = await platform.placeOf(destination.channel);
  const where = { place, prefix: platform.prefix, nameOf: platform.nameOf };
  const view = await gate.viewOf(`alert ${alertName(alertNo)}`, [group], where);
  return view.groups.has(group) ? null : (view.leftOut ?? "Its numbers may not be shown there.");
}

/** Until somebody resumes it. Those who administer Bellwether are told, once. */
export async function pause(
  { alertNo, destination }: Pick<Matter, "alertNo" | "destination">,
  reason: string,
  { db, log }: Pick<AlertParts, "db" | "log">,
): Promise<void> {
  const name = alertName(alertNo);
  const isNews = await db.work.transaction(async (sql) => {
    if (!(await pauseAlert(sql, alertNo, reason))) return false;
    const { platform, channel } = destination;
    await raiseWarning(sql, { platform, channel, reason, retry: `alert resume ${name}` });
    return true;
  });
  if (isNews) log.warn({ alert: name, reason }, "An alert is paused: it cannot be told.");
}

export async function cardOf(
  matter: Matter,
  platform: ChatPlatform,
  now: Temporal.Instant,
  parts: AlertParts,
): Promise<Message> {
  const { timeZone, currency } = parts;
  const [numbers, names] = await Promise.all([
    numbersAt(parts, now).then((at) => at.of(matter)),
    namesIn(matter, platform),
  ]);
  return cardMessage(matter, numbers, names, { now, timeZone, currency });
}

/** A card keeps its reference when it is shown anew. */
export function cardReference(matter: Matter): string {
  return keyOf(matter.destination, matter.openedOn, noticeName("card", matter));
}

export function withReference(message: Message, key: string): Message {
  return { ...message, blocks: [...message.blocks, { kind: "note", text: referenceOf(key) }] };
}

async function namesIn(matter: Matter, { nameOf }: ChatPlatform): Promise<Names> {
  const name = async (actor: string | null) =>
    actor?.startsWith("terminal:") === true
      ? "somebody in the terminal"
      : actor === null
        ? null
        : actorName(actor, nameOf);
  const [madeBy, acknowledgedBy, snoozedBy, assignee, removedBy] = await Promise.all([
    name(matter.madeBy),
    name(matter.acknowledgedBy),
    name(matter.snoozedBy),
    name(matter.assignee),
    name(matter.removedBy),
  ]);
  return { madeBy: madeBy ?? matter.madeBy, acknowledgedBy, snoozedBy, assignee, removedBy };
}
