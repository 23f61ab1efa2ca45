import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * Every sentence of the definitions' fine points, and the tests that show it: the file under tests/ and the beginning of
 * each test's name.
 */
const SENTENCES: readonly (readonly [sentence: string, file: string, ...tests: string[]])[] = [
  // Order and repetition
  [
    "Events of one subscription at the same instant apply in the order of their id, bytewise.",
    "golden/subscriptions",
    "of two events at the same instant the ids",
  ],
  [
    "Events of one ticket at the same instant apply in the order of their id.",
    "golden/voices",
    "events of a ticket at the same instant",
  ],
  [
    "Of one person's answers at the same instant the one with the larger id counts.",
    "golden/voices",
    "of two answers at the same instant",
  ],
  [
    "Of several checks of a service at one instant the worst counts.",
    "golden/usage",
    "of several checks of a service at the same instant",
  ],
  [
    "A window looks only at what happened before its end.",
    "golden/breakdowns",
    "the funnel looks only at what happened before the window's end",
    "a user who joins a team today",
    "status, priority and category are those at the window's end",
  ],
  ["A past window never changes its answer.", "golden/voices", "no answer that came after a window changes it"],
  // People
  ["`signed_up_at` is the earliest of the user's sign-ups.", "golden/people", "somebody who signs up twice"],
  [
    "N days have passed when they end at or before the end of W.",
    "golden/people",
    "the activation rate is over those whose N days ended",
    "the end of the window is local midnight",
  ],
  [
    "Within N days is N × 24 h of elapsed time, edge included.",
    "golden/people",
    "a milestone reached exactly N × 24 h",
    "the time to activate is elapsed time",
  ],
  [
    "A milestone reached before the sign-up counts as reached at it (0 hours).",
    "golden/breakdowns",
    "the funnel's medians are of those who reached the step in time, 0 hours",
  ],
  [
    "Who never signed up is never activated, still counts as active, but not in `total_users`.",
    "golden/people",
    "who never signed up is never activated",
  ],
  ["Who never signed up is not in the tiers.", "golden/breakdowns", "users count under the plan of their account"],
  [
    "A request without `user_id` is anonymous, whatever its team.",
    "golden/people",
    "a request without a user is anonymous",
  ],
  [
    "A user's team is that of their latest event that has one.",
    "rollup/tiers",
    "a person is of the plan of the team that their latest event names",
  ],
  [
    "Without any, the user is the account; team and user ids are separate name spaces.",
    "rollup/tiers",
    "without any team the person is the account",
  ],
  ["A session is counted once, at its earliest `started`.", "golden/people", "a session is counted once"],
  ["A session is one of a person and a `session_id`.", "golden/people", "one session id used by two people"],
  [
    "An `ended` without `user_id` belongs to the only session of that id, otherwise it has no effect.",
    "golden/people",
    "an end without a user belongs to the only person",
  ],
  [
    "`first_api_call` is a request with a status under 400 and not `failed`.",
    "golden/people",
    "a request that was turned away or failed is no first API call",
  ],
  [
    "The middleware leaves out health probes, static files and bots.",
    "client/hono",
    "are probes and static files",
    "are bots",
  ],
  [
    "What is posted as `request` is counted as it stands.",
    "golden/people",
    "what is posted as a request is counted as it stands",
  ],
  // Revenue
  ["A field left out keeps the subscription's last value.", "golden/subscriptions", "what an event leaves out keeps"],
  [
    "On the first event the defaults are quantity 1, `month`, `CURRENCY`.",
    "golden/subscriptions",
    "the first event's defaults",
  ],
  ["An amount finer than the currency's minor unit is rejected.", "golden/subscriptions", "an amount finer than"],
  [
    "`subscription_started`, `renewed` and `resumed` make a subscription live whatever came before; so do `upgraded` and `downgraded`.",
    "golden/subscriptions",
    "`%s` makes a subscription live",
  ],
  [
    "Except that a paused one stays paused at the new price.",
    "golden/subscriptions",
    "an upgrade leaves a paused subscription paused",
  ],
  ["A second `canceled` changes nothing.", "golden/subscriptions", "a second cancellation changes nothing"],
  [
    "`effective_at` is accepted on `subscription_started`, `upgraded`, `downgraded`, `paused`, `resumed` and `canceled`; one before its own `occurred_at` is taken as the instant of the event.",
    "golden/subscriptions",
    "`effective_at` is accepted where something may take effect later",
  ],
  [
    "Before the start of the subscription it ends it at its start.",
    "golden/subscriptions",
    "an end that was set before the start",
  ],
  [
    "`subscription_started`, `renewed` or `resumed` before `effective_at` withdraws the cancellation; `upgraded` and `downgraded` do not.",
    "golden/subscriptions",
    "`%s` before the cancellation takes effect",
  ],
  ["Another `canceled` replaces it.", "golden/subscriptions", "another cancellation replaces"],
  ["Live is started and not in trial, paused or ended.", "golden/breakdowns", "trials are in no plan that pays"],
  [
    "The account's plan is that of its live subscription with the highest MRR, then the latest change, then the smaller id; its whole MRR counts under it.",
    "golden/breakdowns",
    "the plan of an account is that of its live subscription",
  ],
  [
    "`new` happens on the first day at whose end the account's MRR is above 0.",
    "golden/movements",
    "`new` happens on the first day",
  ],
  [
    "A pause moves money as `paused` and `resumed`, movements of their own: neither churn nor reactivation.",
    "golden/movements",
    "a pause and its end are movements of their own, neither churn nor reactivation",
  ],
  [
    "`churn_rate` leaves out accounts that are only paused, until they are cancelled within W.",
    "golden/movements",
    "a paused customer is no churned one",
  ],
  [
    "An amount in a currency without a rate is accepted, left out, and said in `unconverted`.",
    "golden/movements",
    "a currency without a rate is accepted",
  ],
  [
    "What has no rate on D is left out; what becomes convertible on D enters as `fx`, once.",
    "golden/exchange",
    "what has no rate yet is left out and said, and enters once, as fx, on the day of the first rate",
  ],
  // Numbers
  [
    "Money is rounded half up to the minor unit, once, from the exact value (ARR = exact MRR × 12).",
    "golden/subscriptions",
    "money is rounded half up once",
  ],
  [
    "Rates, NPS and hours are not rounded to fewer than 2 decimals.",
    "golden/breakdowns",
    "rates, scores and hours are not rounded",
  ],
  ["The q-quantile is the value of rank ⌈q·n⌉.", "golden/usage", "the q-quantile is the value of rank"],
  [
    "The median of an even number is the mean of the middle two.",
    "golden/breakdowns",
    "the p90 has rank ⌈0.9·n⌉ and the median",
  ],
  ["JSON always carries the NPS with `nps_responses`.", "api/overviews", "never tells an NPS without"],
  ['"Too few answers" is a matter of showing.', "metrics/format", "an NPS is said with its interval"],
  // Uptime
  [
    "Uptime without a service is Σ time up ÷ Σ time observed over all services.",
    "golden/usage",
    "the uptime without a service",
  ],
  [
    "Every uptime carries `observed`: Σ time observed ÷ (length of the window × services ever checked before its end).",
    "golden/usage",
    "uptime carries the share of the time that was observed",
    "of today only what has passed",
  ],
  [
    "With `probe` a service is down while at least half of the probes that observe it say so; checks without are one more.",
    "golden/usage",
    "a service is down while at least half of the probes",
  ],
  ["`api_uptime` is the same over W.", "metrics/summary", "uptime is time up over time observed"],
  ["A check's state runs on over midnight.", "golden/usage", "a check's state runs on over midnight"],
  ["Never past now.", "golden/usage", "a check's state never runs past now"],
  // Tickets
  [
    "`tickets_resolved` counts moves from open or in_progress to resolved or closed.",
    "golden/voices",
    "tickets are opened, resolved or closed once, and reopened",
  ],
  [
    "opened + reopened − resolved = change in `open_tickets`.",
    "golden/voices",
    "opened and reopened less resolved is the change",
  ],
  [
    "`assigned`, or the first reply by an agent, makes an open ticket `in_progress`; `reopened` makes it `open`.",
    "golden/breakdowns",
    "assigning and the first answer make a ticket in progress",
  ],
  ["Defaults: `medium`, `general`.", "golden/breakdowns", "assigning and the first answer make a ticket in progress"],
  [
    "Status, priority, category and first response of W are those of the tickets opened in W, by their state at its end.",
    "golden/breakdowns",
    "status, priority and category are those at the window's end",
  ],
  [
    "Resolution times are those of the tickets whose first resolution is in W.",
    "golden/voices",
    "the resolution time is from opening to the first resolution",
  ],
  [
    "A customer's reply reopens within `REOPEN_DAYS` × 24 h of the latest resolution; later it is only conversation.",
    "golden/voices",
    "a customer's reply within seven days of the resolution",
  ],
  [
    "`REOPEN_DAYS` is 7 unless the workspace says otherwise.",
    "golden/policies",
    "with %i REOPEN_DAYS a customer's reply reopens",
  ],
  ["A closed ticket is not reopened by a reply.", "tickets/ticket-log", "a closed ticket is not reopened by a reply"],
  [
    "An event of a ticket not yet opened is accepted and takes effect when its `opened` arrives.",
    "golden/voices",
    "an event of a ticket that is not opened yet",
  ],
];

test.each(SENTENCES)("%s", (_, file, ...names) => {
  const source = readFileSync(new URL(`../${file}.test.ts`, import.meta.url), "utf8");
  expect(names.filter((name) => !new RegExp(`\\(?["\`]${escaped(name)}`).test(source))).toEqual([]);
});

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
