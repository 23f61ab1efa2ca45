/** What is accepted and yet looks wrong. */
export const FINDING_CODES = [
  "unknown_subscription",
  "replaces_live",
  "ambiguous_subscription",
  "wrong_direction",
  "amount_jump",
  "rounded",
  "unpriced",
  "unconverted",
  "two_sources",
  "near_duplicate_id",
  "unknown_milestone",
  "unmatched_end",
  "silent_source",
  "far_date",
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/** What an event is told to have beside its verdict. `reason` never repeats a value that was sent. */
export interface Warning {
  readonly code: FindingCode;
  readonly reason: string;
}

interface Words {
  /** One sentence: what looks wrong. */
  readonly reason: string;
  /** One sentence: the step to take. */
  readonly next: string;
}

const WORDS: Readonly<Record<FindingCode, Words>> = {
  unknown_subscription: {
    reason: "It changes a subscription that was never started.",
    next: "Send its `subscription_started`, or the `subscription_id` under which it was started.",
  },
  replaces_live: {
    reason:
      "It starts a subscription without `subscription_id` while one of another plan is live, and takes its place.",
    next: "Give each subscription its own `subscription_id` if the account pays for both; cancel the old one if not.",
  },
  ambiguous_subscription: {
    reason: "It has no `subscription_id`, and the account has several subscriptions.",
    next: "Send `subscription_id` with every revenue event of this account.",
  },
  wrong_direction: {
    reason: "It is an upgrade that lowers MRR, or a downgrade that raises it.",
    next: "Check the amount, the quantity and the billing period, and whether the event has the right name.",
  },
  amount_jump: {
    reason: "Its price is at least 50 times the account's last.",
    next: "Check whether cents were sent as major units; take the event back if so, and send it again.",
  },
  rounded: {
    reason: "Its amount is finer than the currency of the subscription, and was rounded.",
    next: "Name the `currency` with each amount, or send `unit_amount` for prices finer than its smallest coin.",
  },
  unpriced: {
    reason: "The subscription is live and its price was never given, so it counts 0.",
    next: "Send `amount` with the next event of the subscription.",
  },
  unconverted: {
    reason: "There is no exchange rate for its currency, so it is left out of MRR.",
    next: "Set a rate with `rates set`.",
  },
  two_sources: {
    reason: "The same event ids arrive from two sources, so each event counts twice.",
    next: "Send them through one source only: import with `--source`, or give the key the source of the other one.",
  },
  near_duplicate_id: {
    reason: "There are ids that differ only in case or white space.",
    next: "Send one spelling; if they are one person or team, they are counted as two.",
  },
  unknown_milestone: {
    reason: "The milestone is not one of those that are configured, so it counts for nothing.",
    next: "Correct its spelling, or add it to `ACTIVATION_MILESTONES`.",
  },
  unmatched_end: {
    reason: "A session ended that was never started.",
    next: "Send the `started` of the session, with the same `session_id` and `user_id`.",
  },
  silent_source: {
    reason: "A source that reports regularly has fallen silent.",
    next: "Check whether it still runs and may still send: its key, its network, its log.",
  },
  far_date: {
    reason: "It is dated more than a year before all others.",
    next: "Check its date; take it back if the year is wrong.",
  },
};

export const wordsOf = (code: FindingCode): Words => WORDS[code];

export const warningOf = (code: FindingCode): Warning => ({ code, reason: WORDS[code].reason });
