import { randomUUID } from "node:crypto";
import { Problem } from "../../core/problem.ts";
import type { Change, Subscriptions } from "../digest/subscriptions.ts";
import { defineCommand, type Command, type Invocation, type Option } from "../command.ts";
import { MANAGES } from "../permission/need.ts";
import type { Subject } from "../permission/policy.ts";
import type { Destination } from "../platform.ts";
import { quotation } from "../quotation.ts";
import type { DigestContext } from "./context.ts";

const channel = {
  kind: "reference",
  description: "the channel; left out, the one in which you ask",
  optional: true,
} as const satisfies Option;

const timeOption = (description: string) => ({ kind: "text", description, longest: 60, fallback: "" }) as const;

/** Changes of the digest of one channel. */
export function createDigestChanges(context: DigestContext): Command[] {
  return [
    defineCommand({
      path: ["digest", "subscribe"],
      description: "post the morning digest in a channel, every day",
      options: { at: timeOption("when, as 09:30; left out, at the usual time"), channel },
      access: () => MANAGES,
      run: (values, invocation) =>
        changed(context, invocation, values.channel, {
          change: "subscribe",
          at: values.at === "" ? null : timeOf(values.at),
        }),
    }),
    defineCommand({
      path: ["digest", "at"],
      description: "post the digest of a channel at another time",
      options: { at: timeOption("when, as 09:30"), channel },
      access: () => MANAGES,
      run: (values, invocation) =>
        changed(context, invocation, values.channel, { change: "at", at: timeOf(values.at) }),
    }),
    ofChannel(context, "pause", "post no digest in a channel until it is resumed"),
    ofChannel(context, "resume", "post the digest of a channel again"),
    ofChannel(context, "unsubscribe", "end the digest of a channel"),
    defineCommand({
      path: ["digest", "send"],
      description: "post the digest of a channel now, beside that of the morning",
      options: { when: { kind: "choice", description: "at once", choices: ["now"], fallback: "now" }, channel },
      access: () => MANAGES,
      run: (values, invocation) =>
        changed(context, invocation, values.channel, {
          change: "send",
          request: `${invocation.asker.platform} ${invocation.request ?? randomUUID()}`,
        }),
    }),
  ];
}

function ofChannel(context: DigestContext, change: "pause" | "resume" | "unsubscribe", description: string): Command {
  return defineCommand({
    path: ["digest", change],
    description,
    options: { channel },
    access: () => MANAGES,
    run: (values, invocation) => changed(context, invocation, values.channel, { change }),
  });
}

async function changed(
  { subscriptions, workspace }: DigestContext,
  invocation: Invocation,
  named: Subject | null,
  change: Change,
) {
  const destination = destinationOf(named, invocation);
  const standing = await subscriptions.change(destination, change, invocation.asker);
  const who = await invocation.nameOf({ kind: "channel", platform: destination.platform, id: destination.channel });
  const text = sentence(who, change, { standing, prefix: invocation.prefix, timeZone: workspace.timeZone });
  return {
    message: { tone: "neutral", blocks: [{ kind: "text", text }] } as const,
    data: { ...destination, change: change.change, at: standing?.at ?? null, paused: standing?.isPaused ?? null },
  };
}

interface Told {
  readonly standing: Awaited<ReturnType<Subscriptions["change"]>>;
  readonly prefix: string;
  readonly timeZone: string;
}

function sentence(who: string, { change }: Change, { standing, prefix, timeZone }: Told): string {
  const time = `${standing?.at ?? ""} ${timeZone}`;
  switch (change) {
    case "subscribe":
      return `Done: ${who} gets the digest every day at ${time}. \`${prefix}digest send now\` posts one at once.`;
    case "at": {
      const paused = standing?.isPaused === true ? ` It is paused: \`${prefix}digest resume\` starts it again.` : "";
      return `Done: from now on ${who} gets the digest at ${time}.${paused}`;
    }
    case "pause":
      return `Done: ${who} gets no digest until \`${prefix}digest resume\`${
        standing?.origin === "environment" ? ", although `DIGEST_CHANNELS` names it" : ""
      }.`;
    case "resume":
      return `Done: ${who} gets the digest again, every day at ${time}.`;
    case "unsubscribe":
      return `Done: ${who} gets no digest any more. \`${prefix}digest subscribe\` starts it again.`;
    case "send":
      return `The digest is on its way to ${who}: it is there within a minute.`;
  }
}

/** Whoever asks in chat changes what is posted there, not on another platform. */
function destinationOf(named: Subject | null, { asker, place }: Invocation): Destination {
  if (named === null) {
    if (place.platform === "terminal")
      throw mistake("Name the channel: `--channel slack:C0123456789` or `--channel discord:channel:123`.");
    return { platform: place.platform, channel: place.channel };
  }
  if (named.kind !== "channel") throw mistake("A digest goes to a channel: mention one, like `#numbers`.");
  if (asker.platform !== "terminal" && asker.platform !== named.platform)
    throw mistake("That channel is on another platform. Ask there, in the channel.");
  return { platform: named.platform, channel: named.id };
}

/** "9:30" and "09:30" as "09:30". */
function timeOf(typed: string): string {
  const [, hour = "", minute = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typed) ?? [];
  if (hour === "")
    throw mistake(
      `\`at\` must be a time from 00:00 to 23:59, like \`09:30\`; you wrote ${quotation(typed)}. A channel is named by \`--channel\`.`,
    );
  return `${hour.padStart(2, "0")}:${minute}`;
}

function mistake(text: string): Problem {
  return new Problem("not_understood", 400, text);
}
