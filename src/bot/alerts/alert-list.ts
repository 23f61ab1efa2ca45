import type { Temporal } from "../../core/time.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Message } from "../message.ts";
import { ASKS_ALL } from "../permission/need.ts";
import type { NameOf } from "../permission/refusal-words.ts";
import { actorName, momentText } from "../tickets/words.ts";
import { alertName, type Alert } from "./alert.ts";
import { groupOf, type AlertCommandParts } from "./alert-book.ts";
import { dataOf, quietText, watchText } from "./alert-words.ts";

const PAGE = 10;

export function createAlertList({ book, timeZone, currency }: AlertCommandParts): Command {
  return defineCommand({
    path: ["alert", "list"],
    description: "what is watched, how it stands and who made it",
    options: { page: { kind: "integer", description: "of ten each", min: 1, max: 20, fallback: 1 } },
    access: () => ASKS_ALL,
    async run({ page }, { view, prefix, nameOf }) {
      const seen = (await book.list()).filter((alert) => view.groups.has(groupOf(alert)));
      const shown = seen.slice((page - 1) * PAGE, page * PAGE);
      const style = { now: await book.now(), timeZone, currency, nameOf };
      const rows = await Promise.all(shown.map((alert) => rowOf(alert, style)));
      const pages = Math.max(1, Math.ceil(seen.length / PAGE));
      const message = listMessage({ rows, shown, page, pages, count: seen.length, prefix });
      const note: Block[] = view.leftOut === null ? [] : [{ kind: "note", text: view.leftOut }];
      return { message: { ...message, blocks: [...message.blocks, ...note] }, data: shown.map(dataOf) };
    },
  });
}

interface Style {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly currency: string;
  readonly nameOf: NameOf;
}

async function rowOf(alert: Alert, { now, timeZone, currency, nameOf }: Style): Promise<string[]> {
  const { alertNo, destination, quiet, lastFiredAt, madeBy } = alert;
  const where = await nameOf({ kind: "channel", platform: destination.platform, id: destination.channel });
  return [
    alertName(alertNo),
    watchText(alert, { currency }),
    stateText(alert, now, timeZone),
    lastFiredAt === null ? "never" : momentText(lastFiredAt, now, timeZone),
    quiet === null ? where : `${where}, not ${quietText(quiet)}`,
    madeBy.startsWith("terminal:") ? "the terminal" : await actorName(madeBy, nameOf),
  ];
}

function stateText({ open, hasData, pausedFor, snoozedUntil }: Alert, now: Temporal.Instant, timeZone: string): string {
  if (pausedFor !== null) return "paused";
  const isSnoozed = snoozedUntil !== null && now.until(snoozedUntil).sign > 0;
  const snoozed = isSnoozed ? `, snoozed until ${momentText(snoozedUntil, now, timeZone)}` : "";
  if (open !== null) return `firing${hasData === false ? ", no data now" : ""}${snoozed}`;
  return `${hasData === null ? "not looked at yet" : hasData ? "ok" : "no data"}${snoozed}`;
}

interface Listed {
  readonly rows: readonly string[][];
  readonly shown: readonly Alert[];
  readonly page: number;
  readonly pages: number;
  readonly count: number;
  readonly prefix: string;
}

function listMessage({ rows, shown, page, pages, count, prefix }: Listed): Message {
  if (rows.length === 0) {
    const text =
      count > 0
        ? `There are ${pages} pages. \`${prefix}alert list\` shows the first.`
        : `Nothing is watched yet. \`${prefix}alert add error_rate above 2 %\` in a channel tells it when it is so.`;
    return { tone: "neutral", blocks: [{ kind: "text", text }] };
  }
  const columns = ["alert", "when", "state", "last fired", "where", "made by"].map(
    (label) => ({ label, align: "left" }) as const,
  );
  const paused = shown.flatMap(({ alertNo, pausedFor }): Block[] => {
    if (pausedFor === null) return [];
    const name = alertName(alertNo);
    const text = `${name} is paused: ${pausedFor} \`${prefix}alert resume ${name}\` tries again when that is mended.`;
    return [{ kind: "text", text }];
  });
  const isBad = shown.some(({ open, pausedFor }) => open !== null || pausedFor !== null);
  return {
    title: pages === 1 ? "Alerts" : `Alerts, page ${page} of ${pages}`,
    tone: isBad ? "warning" : "neutral",
    blocks: [{ kind: "table", columns, rows }, ...paused, ...pagesBlock(page, pages)],
  };
}

function pagesBlock(page: number, pages: number): Block[] {
  const buttons = [
    ...(page > 1 ? [{ label: "Previous", command: `alert list --page ${page - 1}`, replaces: true } as const] : []),
    ...(page < pages ? [{ label: "Next", command: `alert list --page ${page + 1}`, replaces: true } as const] : []),
  ];
  return buttons.length === 0 ? [] : [{ kind: "buttons", buttons }];
}
