import type { Temporal } from "../../core/time.ts";
import { describeError } from "../../core/log.ts";
import type { Why } from "../conversation.ts";
import type { ChatPlatform, Destination } from "../platform.ts";
import type { AlertParts } from "./alert-parts.ts";
import { watchText } from "./alert-words.ts";
import { withheldMessage } from "./card.ts";
import { closeMatter, dropCard, keepThread, noteShown, oweAnew, oweNotice, readMatters } from "./matter-store.ts";
import { noticeName, tasksFor, type Matter, type NoticeKind, type Task } from "./matter.ts";
import { cardOf, cardReference, pause, whyWithheld, withReference } from "./notice-writing.ts";

const LASTING: ReadonlySet<Why> = new Set(["gone", "forbidden", "archived", "locked", "closed", "refused", "full"]);

/** Does what is to be done about each episode. One that fails keeps no other waiting, and is tried again at the next look. */
export async function tend(parts: AlertParts, now: Temporal.Instant): Promise<void> {
  for (const matter of await parts.db.read.run((sql) => readMatters(sql))) {
    try {
      for (const task of tasksFor(matter, now, parts.timeZone)) await perform(task, matter, now, parts);
    } catch (thrown) {
      parts.log.warn({ alert: matter.alertNo, error: describeError(thrown) }, "An alert waits: a step failed.");
    }
  }
}

async function perform(task: Task, matter: Matter, now: Temporal.Instant, parts: AlertParts): Promise<void> {
  const { work } = parts.db;
  switch (task.task) {
    case "owe":
      return owe(task.notice, matter, parts);
    case "owe anew":
      return work.run((sql) => oweAnew(sql, matter));
    case "drop":
      return work.run((sql) => dropCard(sql, matter));
    case "pause":
      return pause(matter, task.reason, parts);
    case "edit":
      return showCard(matter, now, parts);
    case "close":
      return work.run((sql) => closeMatter(sql, matter));
  }
}

async function owe(notice: NoticeKind, matter: Matter, parts: AlertParts): Promise<void> {
  const { openedOn } = matter;
  const destination = notice === "card" ? matter.destination : await followUpPlace(matter, parts);
  if (destination === null) return;
  await parts.db.work.run((sql) => oweNotice(sql, { name: noticeName(notice, matter), destination, openedOn }));
}

/** The card's thread; the channel where there can be none. Null: another instance has that platform, or it is asked again later. */
async function followUpPlace(matter: Matter, parts: AlertParts): Promise<Destination | null> {
  const { destination, card } = matter;
  const kept = matter.thread ?? (await startedThread(matter, card?.externalId ?? null, parts));
  if (kept === null) return null;
  return kept === "" ? destination : { ...destination, thread: kept };
}

async function startedThread(matter: Matter, card: string | null, parts: AlertParts): Promise<string | null> {
  const platform = platformOf(matter, parts);
  if (platform === undefined || card === null) return null;
  const name = watchText(matter, parts);
  const started = await platform.startThread({ ...matter.destination, id: card }, name);
  if (!started.ok && !LASTING.has(started.why)) return null;
  const thread = started.ok ? started.value.thread : "";
  return parts.db.work.run((sql) => keepThread(sql, matter, thread));
}

function platformOf({ destination }: Pick<Matter, "destination">, { platforms }: AlertParts): ChatPlatform | undefined {
  return platforms.find(({ name }) => name === destination.platform);
}

const MOST_ROUNDS = 5;

/**
 * Brings the card up to what is. Another instance may have shown something older after us: it is looked at again until
 * what is shown is what is. A card that cannot be shown any more waits for the next change.
 */
async function showCard(first: Matter, now: Temporal.Instant, parts: AlertParts): Promise<void> {
  const { db, log } = parts;
  let matter: Matter | undefined = first;
  for (let round = 0, shown = -1; round < MOST_ROUNDS; round += 1) {
    const platform = matter === undefined ? undefined : platformOf(matter, parts);
    const id = matter?.card?.externalId ?? null;
    if (matter === undefined || platform === undefined || id === null || matter.revision === shown) return;
    const withheld = await whyWithheld(matter, platform, parts);
    const message = withheld === null ? await cardOf(matter, platform, now, parts) : withheldMessage(matter);
    const edited = await platform.edit({ ...matter.destination, id }, withReference(message, cardReference(matter)));
    if (!edited.ok && !LASTING.has(edited.why))
      return log.warn({ alert: matter.alertNo, reason: edited.reason }, "An alert's card could not be shown anew.");
    shown = matter.revision;
    await db.work.run((sql) => noteShown(sql, first, shown));
    [matter] = await db.read.run((sql) => readMatters(sql, first));
  }
}
