import type { Subject } from "./policy.ts";

const DISCORD_KINDS = { person: "user", group: "role", channel: "channel" } as const;

/** "slack:U123", "discord:role:650", "everyone": how whom a rule is about is written in the configuration and the terminal. */
export function referenceText(subject: Subject): string {
  if (subject.kind === "everyone") return "everyone";
  return subject.platform === "slack" ? `slack:${subject.id}` : `discord:${DISCORD_KINDS[subject.kind]}:${subject.id}`;
}

/**
 * The same read back, or a mention as chat writes it: `<@U123|kim>`, `<!subteam^S1>`, `<#C1>` in Slack, `<@7>`, `<@&650>`,
 * `<#5>` in Discord, whose ids are numbers. Null for anything else. Slack's ids say what they are of; `discord:2` is a
 * person.
 */
export function readReference(text: string): Subject | null {
  const word = text.trim();
  if (/^@?everyone$/i.test(word)) return { kind: "everyone" };
  const slackId = /^slack:(\w+)$/.exec(word)?.[1];
  if (slackId !== undefined) return slackSubject(slackId);
  const [, kind = "user", id] = /^discord:(?:(user|role|channel):)?(\d{1,20})$/.exec(word) ?? [];
  if (id !== undefined) return { kind: personGroupOrChannel(kind), platform: "discord", id };
  const [, mark, number] = /^<(@!?|@&|#)(\d{1,20})>$/.exec(word) ?? [];
  if (number !== undefined)
    return { kind: mark === "#" ? "channel" : mark === "@&" ? "group" : "person", platform: "discord", id: number };
  const mentioned = /^<(?:@|#|!subteam\^)(\w+)(?:\|[^>]*)?>$/.exec(word)?.[1];
  return mentioned === undefined ? null : slackSubject(mentioned);
}

function slackSubject(id: string): Subject | null {
  if (!/^[A-Z0-9]{2,20}$/.test(id)) return null;
  if (/^[UW]/.test(id)) return { kind: "person", platform: "slack", id };
  if (id.startsWith("S")) return { kind: "group", platform: "slack", id };
  return /^[CGD]/.test(id) ? { kind: "channel", platform: "slack", id } : null;
}

function personGroupOrChannel(word: string): "person" | "group" | "channel" {
  return word === "role" ? "group" : word === "channel" ? "channel" : "person";
}
