import type { Policy, Rule } from "../../../src/bot/permission/policy.ts";
import { readRule, standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import type { PlaceKind, Standing } from "../../../src/bot/asker.ts";
import type { ChatName } from "../../../src/bot/platform.ts";

/**
 * Who gets what, written out by hand. A cell is what `metrics summary` becomes: `all`, `some` (without money) or `no`.
 * `metrics show mrr` is answered where it is `all`, `metrics show dau` where it is not `no`.
 */
export type Cell = "all" | "some" | "no";
export type Role = Standing | "founder";
export type Channel = Exclude<PlaceKind, "terminal"> | "chosen" | "closed";

export const ROLES = ["admin", "founder", "member", "guest", "unknown"] as const satisfies readonly Role[];
/** `chosen` is a public channel that a rule opens for money, `closed` a private one that a rule closes for it. */
export const CHANNELS = ["direct", "private", "public", "shared", "unknown", "chosen", "closed"] as const;

type Table = Readonly<Record<Role, Readonly<Record<"asks", Cell>> & Readonly<Record<Channel, Cell>>>>;

const shares = (
  direct: Cell,
  inPrivate: Cell,
  inPublic: Cell,
  shared: Cell,
  unknown: Cell,
  chosen: Cell,
  closed: Cell,
) => ({
  direct,
  private: inPrivate,
  public: inPublic,
  shared,
  unknown,
  chosen,
  closed,
});
const NOTHING = shares("no", "no", "no", "no", "no", "no", "no");
const AS_THE_CHANNEL = shares("all", "all", "some", "some", "some", "all", "some");
const SOME = shares("some", "some", "some", "some", "some", "some", "some");

/** `asks`: what is answered privately, in any channel. The rest: what Share shows there. */
export const BEFORE_ANY_GRANT: Table = {
  admin: { asks: "all", ...AS_THE_CHANNEL },
  founder: { asks: "all", ...AS_THE_CHANNEL },
  member: { asks: "all", ...AS_THE_CHANNEL },
  guest: { asks: "no", ...NOTHING },
  unknown: { asks: "some", ...SOME },
};

export const MONEY_FOR_FOUNDERS: Table = {
  admin: { asks: "all", ...AS_THE_CHANNEL },
  founder: { asks: "all", ...AS_THE_CHANNEL },
  member: { asks: "some", ...SOME },
  guest: { asks: "no", ...NOTHING },
  unknown: { asks: "some", ...SOME },
};

/** Names that each platform gives to the founders' group and to the two channels of the rules. */
export interface Names {
  readonly founders: string;
  readonly chosen: string;
  readonly closed: string;
}

export const NAMES: Readonly<Record<ChatName, Names>> = {
  slack: { founders: "slack:S0FOUNDERS", chosen: "slack:C000CHOSEN1", closed: "slack:C000CLOSED1" },
  discord: {
    founders: "discord:role:650000000000000002",
    chosen: "discord:channel:500000000000000005",
    closed: "discord:channel:500000000000000006",
  },
};

export function rule(text: string): Rule {
  const read = readRule(text);
  if (read === null) throw new Error(`no rule: ${text}`);
  return read;
}

export function policies(
  platform: ChatName,
): readonly { readonly name: string; readonly policy: Policy; readonly table: Table }[] {
  const { founders, chosen, closed } = NAMES[platform];
  const places = [`${chosen} may show revenue`, `${closed} may not show revenue`].map(rule);
  return [
    { name: "before any grant", policy: standingPolicy([], places, []), table: BEFORE_ANY_GRANT },
    {
      name: "with money for the founders",
      policy: standingPolicy([], [...places, rule(`${founders} may ask revenue`)], []),
      table: MONEY_FOR_FOUNDERS,
    },
  ];
}
