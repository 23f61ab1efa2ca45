import { momentText } from "../moment.ts";
import type { FindingCode } from "./finding.ts";
import type { NewFinding } from "./finding-store.ts";
import type { Noticed } from "./revenue-look.ts";

/** The codes that a look at revenue events gives. */
export const REVENUE_CODES: readonly FindingCode[] = [
  "unknown_subscription",
  "replaces_live",
  "ambiguous_subscription",
  "wrong_direction",
  "amount_jump",
  "rounded",
  "unpriced",
  "unconverted",
];

const LONGEST_DETAIL = 300;

/** One finding for each code and account, with the first and the last event that it rests on. */
export function findingsOfAccounts(noticed: readonly Noticed[]): NewFinding[] {
  const groups = new Map<string, Noticed[]>();
  for (const one of noticed) {
    const key = `${one.code} ${one.account}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].flatMap((group): NewFinding[] => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return [];
    const ids = group.map(({ event }) => event.subscriptionId).filter((id) => id !== "");
    return [
      {
        code: first.code,
        subject: first.account,
        count: group.length,
        detail: ids.length === 0 ? null : [...new Set(ids)].join(", ").slice(0, LONGEST_DETAIL),
        firstEvent: first.event.eventId,
        firstAt: momentText(first.event.at),
        lastEvent: last.event.eventId,
        lastAt: momentText(last.event.at),
      },
    ];
  });
}
