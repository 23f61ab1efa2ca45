import type { Temporal } from "../../core/time.ts";
import type { Destination } from "../platform.ts";
import { episodeName, isQuiet, type EndCause, type QuietHours } from "./alert.ts";
import type { Watch } from "./condition.ts";

/** A message as the ledger knows it. */
export interface Notice {
  readonly state: "pending" | "sending" | "sent" | "uncertain" | "skipped" | "quiet" | "dead";
  readonly externalId: string | null;
  readonly reason: string | null;
}

/** One episode of an alert and what has been said of it. */
export interface Matter extends Watch {
  readonly alertNo: number;
  readonly episode: number;
  /** Of the channel. */
  readonly destination: Destination;
  readonly quiet: QuietHours | null;
  readonly madeBy: string;
  readonly openedAt: Temporal.Instant;
  /** ISO dates. */
  readonly openedOn: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly value: number | null;
  readonly compared: number | null;
  readonly endedAt: Temporal.Instant | null;
  readonly endedBy: EndCause | null;
  readonly endedDay: string | null;
  readonly endedValue: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Temporal.Instant | null;
  readonly assignee: string | null;
  readonly snoozedUntil: Temporal.Instant | null;
  readonly snoozedBy: string | null;
  readonly removedBy: string | null;
  readonly pausedFor: string | null;
  /** Where follow-ups go; null: not known yet; empty: the channel itself, because it takes no threads. */
  readonly thread: string | null;
  readonly revision: number;
  readonly shown: number;
  readonly card: Notice | null;
  readonly over: Notice | null;
  /** Of the present snooze. */
  readonly again: Notice | null;
}

/** `card`: it fires. `again`: a snooze is over, and it still does. `over`: it is back to normal. */
export type NoticeKind = "card" | "again" | "over";

/** As the ledger calls it. */
export function noticeName(
  kind: NoticeKind,
  { alertNo, episode, snoozedUntil }: Pick<Matter, "alertNo" | "episode" | "snoozedUntil">,
): string {
  const name = `alert ${episodeName(alertNo, episode)}`;
  switch (kind) {
    case "card":
      return name;
    case "over":
      return `${name} over`;
    case "again":
      return `${name} again ${Math.floor((snoozedUntil?.epochMilliseconds ?? 0) / 1_000)}`;
  }
}

/** Null when it is no notice of ours. */
export function readNoticeName(name: string): { alertNo: number; episode: number; kind: NoticeKind } | null {
  const [, alertNo, episode, word] = /^alert A-(\d+)\.(\d+)(?: (over|again)(?: \d+)?)?$/.exec(name) ?? [];
  if (alertNo === undefined || episode === undefined) return null;
  const kind = word === "over" || word === "again" ? word : "card";
  return { alertNo: Number(alertNo), episode: Number(episode), kind };
}

export type Task =
  | { readonly task: "owe"; readonly notice: NoticeKind }
  /** It was too old to be sent, and still holds. */
  | { readonly task: "owe anew" }
  /** It is over before anybody was told. */
  | { readonly task: "drop" }
  | { readonly task: "pause"; readonly reason: string }
  | { readonly task: "edit" }
  | { readonly task: "close" };

/** What is to be done next; none: nothing, or something is under way. */
export function tasksFor(matter: Matter, now: Temporal.Instant, timeZone: string): Task[] {
  const quiet = isQuiet(matter.quiet, now, timeZone);
  return matter.endedAt === null ? whileFiring(matter, now, quiet) : onceOver(matter, quiet);
}

function whileFiring(
  { card, again, pausedFor, snoozedUntil, revision, shown }: Matter,
  now: Temporal.Instant,
  quiet: boolean,
): Task[] {
  const isSnoozed = snoozedUntil !== null && now.until(snoozedUntil).sign > 0;
  if (pausedFor !== null) return [];
  if (card === null) return quiet || isSnoozed ? [] : [{ task: "owe", notice: "card" }];
  switch (card.state) {
    case "pending":
    case "sending":
    case "uncertain":
      return [];
    case "skipped":
    case "quiet":
      return quiet || isSnoozed ? [] : [{ task: "owe anew" }];
    case "dead":
      return [{ task: "pause", reason: card.reason ?? "It was refused." }];
    case "sent": {
      const isDue = snoozedUntil !== null && !isSnoozed && again === null && !quiet;
      return [
        ...(shown < revision ? [{ task: "edit" } as const] : []),
        ...(isDue ? [{ task: "owe", notice: "again" } as const] : []),
      ];
    }
  }
}

function onceOver({ card, over, endedBy, pausedFor, revision, shown }: Matter, quiet: boolean): Task[] {
  switch (card?.state) {
    case "sending":
    case "uncertain":
      return [];
    case "pending":
      return [{ task: "drop" }];
    case undefined:
    case "skipped":
    case "quiet":
    case "dead":
      return [{ task: "close" }];
    case "sent":
      break;
  }
  if (shown < revision) return [{ task: "edit" }];
  if (endedBy === "removed" || pausedFor !== null) return [{ task: "close" }];
  if (over === null) return quiet ? [] : [{ task: "owe", notice: "over" }];
  const isUnderWay = over.state === "pending" || over.state === "sending" || over.state === "uncertain";
  return isUnderWay ? [] : [{ task: "close" }];
}
