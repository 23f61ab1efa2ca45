import { Problem } from "../../core/problem.ts";
import type { Block, Message } from "../message.ts";
import { defineCommand, type Command, type Invocation, type Option } from "../command.ts";
import { GROUP_NAMES } from "../group-names.ts";
import type { AccessBook } from "../permission/access-book.ts";
import { ADMINISTERS, ALL_GROUPS } from "../permission/need.ts";
import type { Action, Policy, Rule, Subject } from "../permission/policy.ts";
import { isGroup } from "../permission/standing-policy.ts";
import type { CommandContext } from "./context.ts";

const ALL = "all";
/** `see` is what people mean: a person asks, a channel is shown. */
const SEE = "see";
const MAY = [SEE, "ask", "show", "names", "manage", "administer"] as const;

const options = {
  who: { kind: "reference", description: "a person, a group or role, a channel, or everyone" },
  what: {
    kind: "choice",
    description: "which numbers",
    choices: ["revenue", ...ALL_GROUPS.filter((group) => group !== "revenue"), ALL],
    fallback: "revenue",
  },
  may: {
    kind: "choice",
    description: "see them, see names of accounts, manage digests, or administer access",
    choices: MAY,
    fallback: SEE,
  },
} as const satisfies Record<string, Option>;

export function createAccessCommands({ accessBook }: Pick<CommandContext, "accessBook">): Command[] {
  return [
    createAccessShow(accessBook),
    createAccessChange(accessBook, "grant", "let somebody see numbers, or a channel be shown them"),
    createAccessChange(accessBook, "revoke", "take that back"),
  ];
}

function createAccessShow(accessBook: AccessBook): Command {
  return defineCommand({
    path: ["access", "show"],
    description: "who may see what",
    options: {},
    access: () => ADMINISTERS,
    async run(_, invocation) {
      const policy = await accessBook.policy();
      return { message: await policyMessage(policy, invocation), data: policy };
    },
  });
}

function createAccessChange(accessBook: AccessBook, verb: "grant" | "revoke", description: string): Command {
  return defineCommand({
    path: ["access", verb],
    description,
    options,
    access: () => ADMINISTERS,
    async run({ who, what, may }, invocation) {
      const rule = ruleOf(who, what, may, verb === "grant");
      const mistake = mistakeIn(rule);
      if (mistake !== null) throw new Problem("no_such_rule", 400, mistake);
      const closing = await accessBook.change(rule, invocation.asker);
      const told = [
        `Done: ${await ruleSentence(rule, invocation)}.`,
        ...(closing === null ? [] : [closed(rule, invocation)]),
      ];
      return { message: sentences(told), data: { rule, closing } };
    },
  });
}

function ruleOf(subject: Subject, what: string, may: (typeof MAY)[number], allowed: boolean): Rule {
  const action: Action = may !== SEE ? may : subject.kind === "channel" ? "show" : "ask";
  const isAboutNumbers = action !== "manage" && action !== "administer";
  return { subject, group: isAboutNumbers && isGroup(what) ? what : "*", action, allowed };
}

/** Rules that would say nothing. */
function mistakeIn({ subject, action }: Rule): string | null {
  if (action === "show" && subject.kind !== "channel" && subject.kind !== "everyone")
    return "Numbers are shown to channels. To let a person or a group see them, leave out `may`.";
  if (action === "administer" && (subject.kind === "channel" || subject.kind === "everyone"))
    return "Only a person, a group or a role can administer access.";
  return null;
}

async function ruleSentence({ subject, group, action, allowed }: Rule, { nameOf }: Invocation): Promise<string> {
  const who = subject.kind === "everyone" ? "everyone of the team" : await nameOf(subject);
  return `${who} ${allowed ? "may" : "may not"} ${deed(action, group)}${allowed ? "" : " any more"}`;
}

function deed(action: Action, group: Rule["group"]): string {
  const numbers = group === "*" ? "all numbers" : GROUP_NAMES[group].toLowerCase();
  switch (action) {
    case "ask":
      return `ask for ${numbers}`;
    case "show":
      return `be shown ${numbers}`;
    case "names":
      return `see the names of accounts in ${numbers}`;
    case "manage":
      return "change digests, alerts and surveys";
    case "administer":
      return "say who sees what";
  }
}

function closed({ group, action }: Rule, { prefix }: Invocation): string {
  const what = group === "*" ? ALL : group;
  return `Until now everyone of the team could; from now on nobody else can, but for admins. \`${prefix}access grant everyone ${what} ${action}\` opens it again.`;
}

function sentences(texts: readonly string[]): Message {
  return { tone: "neutral", blocks: texts.map((text) => ({ kind: "text", text })) };
}

async function policyMessage({ admins, rules }: Policy, invocation: Invocation): Promise<Message> {
  const names = await Promise.all(admins.map(invocation.nameOf));
  const rows = await Promise.all(rules.map((rule) => rowOf(rule, invocation)));
  const whoAdministers =
    names.length === 0
      ? "The admins of the Slack workspace and of the Discord server say who sees what."
      : `${names.join(", ")} may say who sees what, and see everything.`;
  const columns = ["who", "", "what"].map((label) => ({ label, align: "left" }) as const);
  const table: Block[] = rows.length === 0 ? [] : [{ kind: "table", columns, rows }];
  return {
    title: "Who may see what",
    tone: "neutral",
    blocks: [
      { kind: "text", text: whoAdministers },
      ...table,
      { kind: "text", text: WITHOUT_A_RULE },
      {
        kind: "note",
        text: `\`${invocation.prefix}access grant\` and \`${invocation.prefix}access revoke\` change it.`,
      },
    ],
  };
}

const WITHOUT_A_RULE =
  "Where no rule says otherwise: everyone of the team may ask for all numbers, privately, and change digests; guests may not. Revenue and names of accounts are shown in private channels, and not where everyone or other organisations can read.";

async function rowOf({ subject, group, action, allowed }: Rule, { nameOf }: Invocation): Promise<string[]> {
  const who = subject.kind === "everyone" ? "everyone" : await nameOf(subject);
  return [who, allowed ? "may" : "may not", deed(action, group)];
}
