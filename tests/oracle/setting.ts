import { byBytes } from "./ids.ts";

/** What one major unit of `currency` is worth in the workspace's from the local day `day` on. */
export interface Rate {
  readonly currency: string;
  readonly day: string;
  /** Decimal. */
  readonly rate: string;
}

export interface Setting {
  readonly timeZone: string;
  readonly currency: string;
  readonly activationDays: number;
  /** RFC 3339: the instant at which the question is asked. */
  readonly now: string;
  /** In the order in which they were set. */
  readonly rates?: readonly Rate[];
}

/** One event as somebody posted it. The list of deliveries is in the order in which they arrived. */
export interface Delivery {
  readonly source: string;
  readonly importing?: boolean;
  /** RFC 3339: when it arrived; left out when that was `now`. */
  readonly receivedAt?: string;
  readonly event: unknown;
  /** It was taken back later. */
  readonly isVoid?: boolean;
}

/** Numbers and choices that definitions.md fixes. A planted bug is another value of one of them. */
export interface Rules {
  /** By unit of time: how many of them a year has. */
  readonly timesAYear: Readonly<Record<string, bigint>>;
  readonly order: (a: Happening, b: Happening) => number;
  readonly detractorUpTo: number;
  readonly promoterFrom: number;
  readonly healthGapSeconds: number;
  readonly activationHoursADay: number;
  readonly satisfiedMs: number;
  readonly keepsRunningUntilEffective: boolean;
  /** The kind of an event orders an instant before its id does. */
  readonly kindOrdersAnInstant: boolean;
  readonly sequenceOrdersAnInstant: boolean;
  /** A subscription without an id gets that of the next event that has one. */
  readonly givesIds: boolean;
  /** A person's team is that of their earlier revenue events. */
  readonly peopleStandForTeams: boolean;
  /** The money of a subscription that changes its account is a transfer. */
  readonly movesMoney: boolean;
  /** What a day is worth follows the rates of that day, not the latest. */
  readonly ratesHoldByDay: boolean;
  /** What rates alone change is no expansion. */
  readonly ratesAreApart: boolean;
  /** A pause is neither churn nor its end a reactivation. */
  readonly pausesAreApart: boolean;
  readonly discountsEnd: boolean;
  readonly schedulesWait: boolean;
  readonly priceChangesReplaceScheduled: boolean;
  readonly trialsSparePayers: boolean;
  readonly sessionsArePersonal: boolean;
  /** A service is down when half of its probes say so. */
  readonly probesVote: boolean;
  /** A first call counts with a status under this. */
  readonly firstCallUnder: number;
  readonly reopenDays: number;
  /** No value before the first event of the metric's own types. */
  readonly nullByType: boolean;
}

export interface Happening {
  readonly id: string;
  /** Nanoseconds since 1970. */
  readonly at: bigint;
  /** Place in the order of arrival. */
  readonly arrival: number;
}

export const byInstantThenId = (a: Happening, b: Happening): number => {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return byBytes(a.id, b.id);
};

export const DEFINED: Rules = {
  timesAYear: { day: 365n, week: 52n, month: 12n, year: 1n },
  order: byInstantThenId,
  detractorUpTo: 6,
  promoterFrom: 9,
  healthGapSeconds: 300,
  activationHoursADay: 24,
  satisfiedMs: 500,
  keepsRunningUntilEffective: true,
  kindOrdersAnInstant: true,
  sequenceOrdersAnInstant: true,
  givesIds: true,
  peopleStandForTeams: true,
  movesMoney: true,
  ratesHoldByDay: true,
  ratesAreApart: true,
  pausesAreApart: true,
  discountsEnd: true,
  schedulesWait: true,
  priceChangesReplaceScheduled: true,
  trialsSparePayers: true,
  sessionsArePersonal: true,
  probesVote: true,
  firstCallUnder: 400,
  reopenDays: 7,
  nullByType: true,
};
