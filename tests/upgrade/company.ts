import { Temporal } from "temporal-polyfill";

/** All that happens lies before the day `today` of this zone, so that every day is over. The first day has all types. */
export const ZONE = "Europe/Berlin";
export const DAYS = 75;

export type Told = Readonly<Record<string, unknown>> & { readonly id: string };

export const RATES = [
  { currency: "EUR", rate: "1.10", ago: 75 },
  { currency: "EUR", rate: "1.20", ago: 25 },
  { currency: "GBP", rate: "1.30", ago: 15 },
] as const;

interface Calendar {
  /** The instant of an hour and minute of the day so many days before today. */
  at(ago: number, hour?: number, minute?: number): string;
  day(ago: number): string;
}

export function calendarOf(today: string): Calendar {
  const start = Temporal.PlainDate.from(today);
  return {
    at: (ago, hour = 12, minute = 0) =>
      start
        .subtract({ days: ago })
        .toZonedDateTime({ timeZone: ZONE, plainTime: { hour, minute } })
        .toInstant()
        .toString(),
    day: (ago) => start.subtract({ days: ago }).toString(),
  };
}

/** The same numbers from 0 to below 1 each time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const ROUTES = ["/projects/:id", "/projects", "/exports", "/search", "/users/:id", "/invoices/:id"];
const STATUSES = [200, 200, 200, 200, 200, 200, 201, 204, 404, 401, 500, 503];

const AGO = Array.from({ length: DAYS }, (_, index) => DAYS - index);

export function companyEvents(today: string): Told[] {
  const calendar = calendarOf(today);
  const roll = dice(7);
  return [
    ...AGO.flatMap((ago) => [
      ...requestsOf(ago, calendar, roll),
      ...checksOf(ago, calendar),
      ...peopleOf(ago, calendar),
    ]),
    ...ticketsOf(calendar),
    ...revenueOf(calendar),
    ...oddSessions(calendar),
  ];
}

function requestsOf(ago: number, { at }: Calendar, roll: (below: number) => number): Told[] {
  const requests = Array.from({ length: 8 + roll(10) }, (_, n): Told => {
    const person = roll(24);
    return {
      type: "request",
      id: `request-${ago}-${n}`,
      method: n % 5 === 0 ? "POST" : "GET",
      route: ROUTES[roll(ROUTES.length)],
      status: STATUSES[roll(STATUSES.length)],
      duration_ms: 5 + roll(900) + (n === 3 ? 2_500 : 0),
      occurred_at: at(ago, 7 + roll(12), roll(60)),
      ...(person === 0 ? {} : { user_id: `user-${person}`, team_id: `team-${person % 9}` }),
      ...(n === 6 ? { failed: true } : {}),
    };
  });
  const severities = ["critical", "error", "warning"];
  const errors = Array.from({ length: ago % 3 }, (_, n): Told => ({
    type: "error",
    id: `error-${ago}-${n}`,
    error_type: n === 0 ? "TimeoutError" : "TypeError",
    message: "The export did not finish.",
    severity: severities[(ago + n) % 3],
    endpoint: "/exports",
    method: "POST",
    occurred_at: at(ago, 15, n),
  }));
  return [...requests, ...errors];
}

/** Half an hour of checks a day, with gaps between; one day was down, one degraded. */
function checksOf(ago: number, { at }: Calendar): Told[] {
  const state = (service: string, n: number) =>
    ago === 30 && n > 3 ? "down" : ago === 28 && service === "web" ? "degraded" : "healthy";
  return ["api", "web"].flatMap((service) =>
    [0, 4, 8, 12, 25].map((minute, n): Told => ({
      type: "health_check",
      id: `check-${service}-${ago}-${n}`,
      service,
      status: state(service, n),
      response_time_ms: 20 + n,
      occurred_at: at(ago, 10, minute),
    })),
  );
}

function peopleOf(ago: number, { at }: Calendar): Told[] {
  const user_id = `user-${(ago % 24) + 1}`;
  const isNew = ago > DAYS - 24 || ago % 7 === 0;
  const newcomer = ago > DAYS - 24 ? user_id : `late-${ago}`;
  return [
    ...(isNew
      ? [{ type: "signup", id: `signup-${ago}`, user_id: newcomer, plan: "pro", occurred_at: at(ago, 8) }]
      : []),
    ...(isNew && ago % 2 === 0
      ? [
          {
            type: "activation",
            id: `activation-${ago}`,
            user_id: newcomer,
            milestone: "profile_completed",
            occurred_at: at(ago - 1, 9),
          },
        ]
      : []),
    ...(ago % 2 === 1 ? sessionOf(`session-${ago}`, newcomer, ago, { at }) : []),
    ...(ago % 3 === 0
      ? [{ type: "nps", id: `nps-${ago}`, user_id, score: (ago * 7) % 11, trigger: "app", occurred_at: at(ago, 16) }]
      : []),
    ...(ago % 5 === 0
      ? [
          {
            type: "track",
            id: `track-${ago}`,
            user_id,
            name: "export_made",
            properties: { rows: ago },
            occurred_at: at(ago, 17),
          },
        ]
      : []),
  ];
}

function sessionOf(session_id: string, user_id: string, ago: number, { at }: Pick<Calendar, "at">): Told[] {
  const session = { type: "agent_session", session_id, user_id, agent_id: "helper" };
  return [
    { ...session, id: `${session_id}-${user_id}-a`, action: "started", occurred_at: at(ago, 11) },
    {
      ...session,
      id: `${session_id}-${user_id}-b`,
      action: "ended",
      status: "done",
      messages: 7,
      tokens: 1_200,
      occurred_at: at(ago, 11, 20),
    },
  ];
}

/** How long before today two people used one session id. */
export const SHARED_SESSION_AGO = 20;

function oddSessions(calendar: Calendar): Told[] {
  return ["silent-1", "silent-2"].flatMap((user) => sessionOf("shared", user, SHARED_SESSION_AGO, calendar));
}

/** How long before today a customer's reply came to a resolved ticket, which reopened nothing then. */
export const REPLY_AGO = 12;

function ticketsOf({ at }: Calendar): Told[] {
  const every = Array.from({ length: 14 }, (_, n) => {
    const [ticket_id, ago] = [`ticket-${n}`, DAYS - n * 5];
    const told = (action: string, later: number, more: Readonly<Record<string, unknown>> = {}): Told => ({
      type: "ticket",
      ticket_id,
      action,
      id: `${ticket_id}-${action}-${later}`,
      occurred_at: at(ago - later, 13, later),
      ...more,
    });
    return [
      told("opened", 0, { user_id: `user-${n + 1}`, subject: "Export fails", category: "bug", priority: "high" }),
      ...(n % 4 === 3 ? [] : [told("replied", 1, { by: "agent", user_id: "agent-1" }), told("resolved", 2)]),
      ...(n % 3 === 0 ? [told("reopened", 3), told("closed", 4)] : []),
    ];
  });
  const late = (action: string, ago: number, more: Readonly<Record<string, unknown>>): Told => ({
    type: "ticket",
    ticket_id: "answered",
    action,
    id: `answered-${action}`,
    occurred_at: at(ago),
    ...more,
  });
  return [
    ...every.flat(),
    late("opened", REPLY_AGO + 3, { user_id: "user-3", subject: "Still broken", category: "billing" }),
    late("resolved", REPLY_AGO + 2, {}),
    late("replied", REPLY_AGO, { user_id: "user-3", by: "customer" }),
  ];
}

/** How long before today the first revenue came that the definitions of today see differently. */
export const MONEY_CHANGES_AGO = 50;

function revenueOf({ at }: Calendar): Told[] {
  let count = 0;
  const told = (event: string, ago: number, more: Readonly<Record<string, unknown>>): Told => ({
    type: "revenue",
    id: `revenue-${(count += 1)}`,
    event,
    occurred_at: at(ago, 9, count % 60),
    ...more,
  });
  const plain = Array.from({ length: 8 }, (_, n) =>
    told("subscription_started", DAYS - n * 2, {
      team_id: `team-${n}`,
      plan: n % 2 === 0 ? "pro" : "team",
      amount: `${20 + n}.50`,
    }),
  );
  return [
    ...plain,
    told("upgraded", 58, { team_id: "team-0", plan: "team", amount: "49.00", quantity: 3 }),
    told("downgraded", 56, { team_id: "team-2", amount: "12.00" }),
    told("canceled", 55, { team_id: "team-1" }),
    told("subscription_started", 53, { team_id: "team-1", plan: "pro", amount: "240.00", billing_period: "year" }),
    told("renewed", 52, { team_id: "team-3" }),
    told("refunded", 52, { team_id: "team-3", amount: "5.00" }),
    told("one_time", 51, { team_id: "team-3", amount: "99.00" }),
    told("paused", MONEY_CHANGES_AGO, { team_id: "team-4" }),
    told("resumed", 40, { team_id: "team-4" }),
    told("paused", 38, { team_id: "team-5" }),
    told("canceled", 20, { team_id: "team-5" }),
    told("subscription_started", 45, {
      team_id: "euro",
      plan: "pro",
      amount: "100.00",
      currency: "EUR",
      subscription_id: "sub-e",
    }),
    told("renewed", 18, { team_id: "euro", amount: "100.00", currency: "EUR", subscription_id: "sub-e" }),
    told("subscription_started", 44, { team_id: "pound", plan: "pro", amount: "80.00", currency: "GBP" }),
    told("trial_started", 43, { user_id: "trier", plan: "team", subscription_id: "sub-t" }),
    told("subscription_started", 30, { user_id: "trier", plan: "team", amount: "60.00", subscription_id: "sub-t" }),
    told("subscription_started", 42, { user_id: "mover", plan: "pro", amount: "70.00", subscription_id: "sub-m" }),
    told("renewed", 22, { user_id: "mover", team_id: "moved-in", amount: "70.00", subscription_id: "sub-m" }),
    told("canceled", 8, { user_id: "mover", team_id: "moved-in", subscription_id: "sub-m" }),
    told("subscription_started", 41, { team_id: "two", plan: "pro", amount: "15.00", subscription_id: "sub-1" }),
    told("subscription_started", 39, { team_id: "two", plan: "team", amount: "25.00", subscription_id: "sub-2" }),
    told("canceled", 10, { team_id: "two", subscription_id: "sub-1", effective_at: at(5) }),
    told("canceled", 9, { team_id: "team-7", effective_at: at(-20) }),
  ];
}

/** What was refused, and waits to be sent again. */
export const REFUSED = [
  { type: "request", id: "refused-1", method: "GET", route: "/", status: 9_999, duration_ms: 1 },
  { type: "signup", id: "refused-2" },
  { type: "surprise", id: "refused-3" },
] as const;
