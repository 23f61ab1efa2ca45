import { Problem } from "../../core/problem.ts";
import { metricOf } from "../../metrics/catalogue.ts";
import { defineCommand, type Answer, type Command, type Invocation } from "../command.ts";
import { MANAGES } from "../permission/need.ts";
import { readReference } from "../permission/reference.ts";
import { actorName, momentText } from "../tickets/words.ts";
import { alertName, type Alert } from "./alert.ts";
import type { AlertCommandParts } from "./alert-book.ts";
import { createAlertList } from "./alert-list.ts";
import { dataOf, quietText, watchText } from "./alert-words.ts";
import { readCondition } from "./condition-reading.ts";
import type { Act } from "./episode-store.ts";
import { alertMeant, destinationOf, partOf, quietHoursOf, snoozedUntil } from "./typed.ts";

export function createAlertCommands(parts: AlertCommandParts): Command[] {
  return [
    createAdd(parts),
    createAlertList(parts),
    createChange(parts, "remove", "watch it no more", async (alert, by) => parts.book.remove(alert, by.asker)),
    createChange(parts, "resume", "post again what was paused because it was refused", async (alert, by) =>
      parts.book.resume(alert, by.asker),
    ),
    createAcknowledge(parts),
    createSnooze(parts),
    createAssign(parts),
  ];
}

function said(text: string, data: unknown): Answer {
  return { message: { tone: "neutral", blocks: [{ kind: "text", text }] }, data };
}

const optional = (description: string, longest: number) =>
  ({ kind: "text", description, longest, fallback: "" }) as const;

function createAdd({ book, timeZone, currency }: AlertCommandParts): Command {
  return defineCommand({
    path: ["alert", "add"],
    description: "tell a channel when a number is above or below a limit, changed, or unusual",
    options: {
      metric: { kind: "metric", description: "its name" },
      condition: { kind: "text", description: "like: above 500, below 2 %, change 20 %, unusual", longest: 60 },
      today: { kind: "flag", description: "judge today so far instead of finished days" },
      by: optional("a group alone, like plan=pro", 200),
      quiet: optional("hours in which nothing is posted, like 22:00-07:00", 20),
      channel: { kind: "reference", description: "the channel; left out, the one in which you ask", optional: true },
    },
    access: ({ metric }) => ({ ...MANAGES, groups: [metricOf(metric).group], changes: true }),
    async run({ metric, condition: typed, today, by, quiet, channel }, invocation) {
      const { view, asker, nameOf, prefix } = invocation;
      if (!view.groups.has(metricOf(metric).group))
        throw new Problem("not_for_you", 403, view.leftOut ?? "You may not see that number.");
      const reading = readCondition(typed, metric, currency);
      if (!reading.ok) throw new Problem("not_understood", 400, reading.complaint);
      const destination = destinationOf(channel, invocation);
      const span = today ? "today" : reading.span;
      const watch = { metric, condition: reading.condition, span, part: partOf(by) } as const;
      const alert = await book.add({ ...watch, destination, quiet: quietHoursOf(quiet) }, asker);
      const where = await nameOf({ kind: "channel", platform: destination.platform, id: destination.channel });
      const name = alertName(alert.alertNo);
      const hours = alert.quiet === null ? "" : ` Nothing is posted ${quietText(alert.quiet)} ${timeZone}.`;
      const text = `${name}: ${where} is told when ${watchText(alert, { currency })}.${hours} \`${prefix}alert remove ${name}\` ends it.`;
      return said(text, dataOf(alert));
    },
  });
}

function alertOption({ book }: AlertCommandParts) {
  return {
    kind: "text",
    description: "like A-12",
    longest: 100,
    missing: (prefix: string) => `Say which alert, like \`A-12\`; \`${prefix}alert list\` shows all.`,
    /** The metric and not the limit: whoever types may not be allowed to see the numbers. */
    suggestions: async () => (await book.list()).map(({ alertNo, metric }) => `${alertName(alertNo)} ${metric}`),
  } as const;
}

function createChange(
  parts: AlertCommandParts,
  verb: "remove" | "resume",
  description: string,
  change: (alert: Alert, invocation: Invocation) => Promise<void>,
): Command {
  return defineCommand({
    path: ["alert", verb],
    description,
    options: { alert: alertOption(parts) },
    access: () => ({ ...MANAGES, changes: true }),
    async run({ alert: typed }, invocation) {
      const { alert } = await alertMeant(typed, invocation, parts.book);
      await change(alert, invocation);
      const text = `${alertName(alert.alertNo)} (${watchText(alert, parts)}) is ${verb}d.`;
      return said(text, { alert: alertName(alert.alertNo), change: verb });
    },
  });
}

function createAcknowledge(parts: AlertCommandParts): Command {
  return defineCommand({
    path: ["alert", "acknowledge"],
    description: "say that you have seen an alert",
    options: { alert: alertOption(parts) },
    access: () => ({ ...MANAGES, changes: true }),
    run: ({ alert }, invocation) => acted(alert, { act: "acknowledge" }, "is acknowledged", invocation, parts),
  });
}

function createSnooze(parts: AlertCommandParts): Command {
  return defineCommand({
    path: ["alert", "snooze"],
    description: "be told of an alert again later, if it is still so",
    options: {
      alert: alertOption(parts),
      span: { kind: "text", description: "like 1h, 2d or tomorrow", longest: 20, fallback: "1h" },
    },
    access: () => ({ ...MANAGES, changes: true }),
    async run({ alert, span }, invocation) {
      // Typed by position, the name takes both words.
      const [, name = alert, word = span] = /^(\S+)\s+(\d+\s*\w+|tomorrow)$/iu.exec(alert) ?? [];
      const now = await parts.book.now();
      const until = snoozedUntil(word, now, parts.timeZone);
      const done = `is quiet until ${momentText(until, now, parts.timeZone)}`;
      return acted(name, { act: "snooze", until }, done, invocation, parts);
    },
  });
}

function createAssign(parts: AlertCommandParts): Command {
  return defineCommand({
    path: ["alert", "assign"],
    description: "give an alert to somebody, or take it yourself",
    options: {
      alert: alertOption(parts),
      who: { kind: "reference", description: "a person; left out, you", optional: true },
    },
    access: () => ({ ...MANAGES, changes: true }),
    async run({ alert: typed, who: named }, invocation) {
      // Typed by position, the name takes both words.
      const [, alert = typed, word = ""] = named === null ? (/^(\S+)\s+(\S+)$/u.exec(typed) ?? []) : [];
      const who = named ?? readReference(word);
      if (who !== null && who.kind !== "person")
        throw new Problem("not_a_person", 400, "An alert is given to one person.", {
          next: "Mention somebody, like `@kim`.",
        });
      const { platform, person } = invocation.asker;
      const assignee = who === null ? `${platform}:${person}` : `${who.platform}:${who.id}`;
      const name = await actorName(assignee, invocation.nameOf);
      return acted(alert, { act: "assign", assignee }, `is ${name}'s`, invocation, parts);
    },
  });
}

async function acted(
  typed: string,
  act: Act,
  done: string,
  invocation: Invocation,
  { book }: AlertCommandParts,
): Promise<Answer> {
  const { alert, episode } = await alertMeant(typed, invocation, book);
  const name = alertName(alert.alertNo);
  if (episode === null) throw new Problem("alert_is_calm", 409, `${name} is not firing: nothing is left to do.`);
  await book.act(alert, episode, act, invocation.asker);
  return said(`${name} ${done}.`, { alert: name, episode, act: act.act });
}
