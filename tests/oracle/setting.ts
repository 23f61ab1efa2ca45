export interface Setting {
  readonly timeZone: string;
  readonly currency: string;
  readonly activationDays: number;
  /** RFC 3339: the instant at which the question is asked. */
  readonly now: string;
}

/** One event as somebody posted it. The list of deliveries is in the order in which they arrived. */
export interface Delivery {
  readonly source: string;
  readonly importing?: boolean;
  /** RFC 3339: when it arrived; left out when that was `now`. */
  readonly receivedAt?: string;
  readonly event: unknown;
}

/** Numbers and choices that definitions.md fixes. A planted bug is another value of one of them. */
export interface Rules {
  readonly timesAYear: Readonly<Record<string, bigint>>;
  readonly order: (a: Happening, b: Happening) => number;
  readonly detractorUpTo: number;
  readonly promoterFrom: number;
  readonly healthGapSeconds: number;
  readonly activationHoursADay: number;
  readonly satisfiedMs: number;
  readonly keepsRunningUntilEffective: boolean;
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
  return Buffer.compare(Buffer.from(a.id, "utf8"), Buffer.from(b.id, "utf8"));
};

export const DEFINED: Rules = {
  timesAYear: {
    day: 365n,
    week: 52n,
    two_weeks: 26n,
    month: 12n,
    monthly: 12n,
    quarter: 4n,
    half_year: 2n,
    year: 1n,
    yearly: 1n,
  },
  order: byInstantThenId,
  detractorUpTo: 6,
  promoterFrom: 9,
  healthGapSeconds: 300,
  activationHoursADay: 24,
  satisfiedMs: 500,
  keepsRunningUntilEffective: true,
};
