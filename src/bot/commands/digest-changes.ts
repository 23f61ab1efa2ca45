import { randomUUID } from "node:crypto";
import { editionText, whenText } from "../digest/edition.ts";
import { NOTABLE_RULE } from "../digest/notable.ts";
import { SECTIONS } from "../digest/section.ts";
import type { Standing } from "../digest/subscription-store.ts";
import type { Change } from "../digest/subscriptions.ts";
import { defineCommand, type Command, type Invocation } from "../command.ts";
import { MANAGES } from "../permission/need.ts";
import type { Subject } from "../permission/policy.ts";
import type { DigestContext } from "./context.ts";
import {
  channelOption as channel,
  destinationOf,
  editionOption,
  editionsOption,
  sectionsOf,
  sectionsOption,
  timeOf,
  timeOption,
  weekdayFor,
  weekdayOf,
} from "./digest-options.ts";

const dayOption = (description: string) => ({ kind: "text", description, longest: 20, fallback: "" }) as const;

/** Changes of the digests of one channel. */
export function createDigestChanges(context: DigestContext): Command[] {
  return [
    createSubscribe(context),
    createAt(context),
    createNotable(context),
    ofChannel(context, "pause", "post no digest in a channel until it is resumed"),
    ofChannel(context, "resume", "post the digest of a channel again"),
    ofChannel(context, "unsubscribe", "end the digest of a channel"),
    defineCommand({
      path: ["digest", "send"],
      description: "post the digest of a channel now, beside the one that is due",
      options: {
        when: { kind: "choice", description: "at once", choices: ["now"], fallback: "now" },
        edition: editionOption,
        channel,
      },
      access: () => MANAGES,
      run: (values, invocation) =>
        changed(context, invocation, values.channel, {
          change: "send",
          edition: values.edition,
          request: `${invocation.asker.platform} ${invocation.request ?? randomUUID()}`,
        }),
    }),
  ];
}

function createSubscribe(context: DigestContext): Command {
  return defineCommand({
    path: ["digest", "subscribe"],
    description: "post the morning digest in a channel, or one of each week or month",
    options: {
      at: timeOption("when, as 09:30; left out, at the usual time"),
      edition: editionOption,
      day: dayOption("weekday of a weekly one; left out, Monday"),
      sections: sectionsOption,
      notable: { kind: "flag", description: "post it only when something is notable" },
      channel,
    },
    access: () => MANAGES,
    run: (values, invocation) =>
      changed(context, invocation, values.channel, {
        change: "subscribe",
        at: values.at === "" ? null : timeOf(values.at),
        edition: values.edition,
        weekday: weekdayFor(values.edition, values.day),
        sections: sectionsOf(values.sections),
        notableOnly: values.notable,
      }),
  });
}

function createAt(context: DigestContext): Command {
  return defineCommand({
    path: ["digest", "at"],
    description: "post the digest of a channel at another time",
    options: {
      at: timeOption("when, as 09:30"),
      edition: editionsOption,
      day: dayOption("another weekday of a weekly one"),
      channel,
    },
    access: () => MANAGES,
    run: (values, invocation) =>
      changed(context, invocation, values.channel, {
        change: "at",
        edition: values.edition,
        at: timeOf(values.at),
        weekday: weekdayOf(values.day),
      }),
  });
}

function createNotable(context: DigestContext): Command {
  return defineCommand({
    path: ["digest", "notable"],
    description: "post a digest only when something is notable, or always again",
    options: {
      only: { kind: "choice", description: "on, or off", choices: ["on", "off"], fallback: "on" },
      edition: editionsOption,
      channel,
    },
    access: () => MANAGES,
    run: (values, invocation) =>
      changed(context, invocation, values.channel, {
        change: "notable",
        edition: values.edition,
        notableOnly: values.only === "on",
      }),
  });
}

function ofChannel(context: DigestContext, change: "pause" | "resume" | "unsubscribe", description: string): Command {
  return defineCommand({
    path: ["digest", change],
    description,
    options: { edition: editionsOption, channel },
    access: () => MANAGES,
    run: (values, invocation) => changed(context, invocation, values.channel, { change, edition: values.edition }),
  });
}

async function changed(
  { subscriptions, workspace }: DigestContext,
  invocation: Invocation,
  named: Subject | null,
  change: Change,
) {
  const destination = destinationOf(named, invocation);
  const standings = await subscriptions.change(destination, change, invocation.asker);
  const who = await invocation.nameOf({ kind: "channel", platform: destination.platform, id: destination.channel });
  const text = sentence(who, change, { standings, prefix: invocation.prefix, timeZone: workspace.timeZone });
  return {
    message: { tone: "neutral", blocks: [{ kind: "text", text }] } as const,
    data: { ...destination, change: change.change, digests: standings },
  };
}

interface Told {
  readonly standings: readonly Standing[];
  readonly prefix: string;
  readonly timeZone: string;
}

function sentence(who: string, change: Change, { standings, prefix, timeZone }: Told): string {
  const what = listed(standings.map((one) => editionText(one.edition)));
  const timed = standings.map(
    (one) => `${editionText(one.edition)} ${whenText(one.edition, one.weekday, one.at)} ${timeZone}`,
  );
  switch (change.change) {
    case "subscribe":
      return `Done: ${who} gets ${listed(timed)}.${planText(standings[0])} \`${prefix}digest send now${editionFlag(change.edition)}\` posts one at once.`;
    case "at": {
      const paused = standings.some((one) => one.isPaused)
        ? ` It is paused: \`${prefix}digest resume\` starts it again.`
        : "";
      return `Done: from now on ${who} gets ${listed(timed)}.${paused}`;
    }
    case "sections":
      return `Done: in ${who}, ${what} has ${sectionsText(change.sections)}.`;
    case "notable":
      return change.notableOnly
        ? `Done: ${who} gets ${what} on some days only. ${NOTABLE_RULE}`
        : `Done: ${who} gets ${listed(timed)}, whatever there is to tell.`;
    case "pause": {
      const isNamed = standings.some(({ origin }) => origin === "environment");
      const although = isNamed ? ", although `DIGEST_CHANNELS` names it" : "";
      return change.edition === "all"
        ? `Done: ${who} gets no digest until \`${prefix}digest resume\`${although}.`
        : `Done: ${who} gets ${what} no more until \`${prefix}digest resume --edition ${change.edition}\`${although}.`;
    }
    case "resume":
      return `Done: ${who} gets ${listed(timed)} again.`;
    case "unsubscribe":
      return `Done: ${who} gets ${what} no more. \`${prefix}digest subscribe${editionFlag(change.edition)}\` starts it again.`;
    case "send":
      return `The digest is on its way to ${who}: it is there within a minute.`;
  }
}

/** " --edition weekly"; the daily one need not be named. */
function editionFlag(edition: Change["edition"]): string {
  return edition === "all" || edition === "daily" ? "" : ` --edition ${edition}`;
}

function planText(standing: Standing | undefined): string {
  if (standing === undefined) return "";
  const { sections, notableOnly } = standing;
  const chosen = sections.length === SECTIONS.length ? "" : ` It has ${sectionsText(sections)}.`;
  return `${chosen}${notableOnly ? ` ${NOTABLE_RULE}` : ""}`;
}

/** "all sections", "only numbers and money" */
export function sectionsText(sections: readonly string[]): string {
  return sections.length === SECTIONS.length ? "all sections" : `only ${listed(sections)}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
