import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import type { Setting } from "../oracle/setting.ts";
import { areas } from "./areas.ts";
import type { EventBody } from "./event-body.ts";
import { rates, type RateSet } from "./revenue-stories.ts";
import { stories, type Focus, type Story } from "./stories.ts";

/** A zone and an instant at which something odd happens to its clocks. */
const PLACES = [
  { timeZone: "Europe/Berlin", anchor: "2026-03-29T01:00:00Z" },
  { timeZone: "Europe/Berlin", anchor: "2026-10-25T01:00:00Z" },
  { timeZone: "America/New_York", anchor: "2026-03-08T07:00:00Z" },
  { timeZone: "America/New_York", anchor: "2026-11-01T06:00:00Z" },
  { timeZone: "Asia/Kathmandu", anchor: "2026-04-13T18:15:00Z" },
  { timeZone: "Pacific/Apia", anchor: "2011-12-30T10:00:00Z" },
  { timeZone: "Pacific/Apia", anchor: "2026-05-31T11:00:00Z" },
  { timeZone: "Australia/Lord_Howe", anchor: "2026-04-04T15:00:00Z" },
  { timeZone: "Australia/Lord_Howe", anchor: "2026-10-03T15:30:00Z" },
  { timeZone: "Africa/Cairo", anchor: "2026-04-23T22:00:00Z" },
  { timeZone: "America/Havana", anchor: "2026-11-01T05:00:00Z" },
  { timeZone: "America/Sao_Paulo", anchor: "2018-11-04T03:00:00Z" },
  { timeZone: "UTC", anchor: "2026-01-01T00:00:00Z" },
] as const;

/** One event as it will be posted, and how it travels. */
export interface Parcel {
  readonly event: EventBody;
  readonly source: string;
  /** From a file: it may be older than what is posted. */
  readonly importing?: boolean;
}

export interface RandomWorld {
  readonly setting: Setting;
  /** Accepted when they arrive in any order, at once or one by one. */
  readonly parcels: readonly Parcel[];
  /** Bad ones and those that reuse an id for something else: posted last, one call after another. */
  readonly troubles: readonly Parcel[];
  readonly plan: Plan;
}

export interface Plan {
  /** Sort keys: the order of delivery. */
  readonly order: readonly number[];
  /** Places in the order whose parcel is delivered once more. */
  readonly repeated: readonly number[];
  readonly batchSizes: readonly number[];
  readonly twoIntakes: boolean;
  /** How long before the rest some of it arrived; 0: all of it now. */
  readonly minutesBetween: number;
  /** After how many batches the rollups are computed in between. */
  readonly settleAfter: number;
  /** Exchange rates, in the order in which they are set. */
  readonly rates: readonly RateSet[];
  /** Places among the parcels that are taken back after they arrived. */
  readonly takenBack: readonly number[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function isoOf(milliseconds: number, microseconds = 0): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(milliseconds)).add({ microseconds }).toString();
}

/** Instants that matter: around the clock change, around now, on local midnights, and the same ones again. */
function instants(timeZone: string, anchorMs: number, nowMs: number): fc.Arbitrary<number> {
  const anchorDay = Temporal.Instant.fromEpochMilliseconds(anchorMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const midnights = [-29, -6, -1, 0, 1, 2].map(
    (days) => anchorDay.add({ days }).toZonedDateTime({ timeZone }).epochMilliseconds,
  );
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: anchorMs - 26 * HOUR_MS, max: anchorMs + 26 * HOUR_MS }) },
    { weight: 4, arbitrary: fc.integer({ min: nowMs - 40 * DAY_MS, max: nowMs }) },
    { weight: 2, arbitrary: fc.integer({ min: nowMs - 26 * HOUR_MS, max: nowMs }) },
    { weight: 2, arbitrary: fc.constantFrom(...midnights, anchorMs, nowMs - 2 * HOUR_MS) },
    { weight: 2, arbitrary: fc.constantFrom(...midnights).map((midnight) => midnight - 1) },
    { weight: 1, arbitrary: fc.integer({ min: nowMs - 89 * DAY_MS, max: nowMs }) },
  );
}

const plan: fc.Arbitrary<Omit<Plan, "rates">> = fc.record({
  order: fc.array(fc.nat(1_000_000), { minLength: 120, maxLength: 120 }),
  repeated: fc.array(fc.nat(1_000), { maxLength: 12 }),
  batchSizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 4 }),
  twoIntakes: fc.boolean(),
  minutesBetween: fc.constantFrom(0, 0, 2, 61, 26 * 60, 4 * 24 * 60),
  settleAfter: fc.integer({ min: 1, max: 4 }),
  takenBack: fc.oneof(fc.constant([]), fc.array(fc.nat(1_000), { maxLength: 3 })),
});

/** Ids whose order differs by bytes, by UTF-16 units and by language. */
const ID_PREFIXES = ["a", "B", "Z", "é", "\u{1F600}", "\uFB00", "10", "9", "_"];

const ORDER_DOES_NOT_MATTER = ["request", "error", "track"];

const isWithoutId = ({ mayLackId, events }: Story): boolean =>
  mayLackId && ORDER_DOES_NOT_MATTER.includes(String(events[0]?.["type"]));

function numbered(told: readonly Story[]): Parcel[] {
  return told.flatMap((story, storyNo) =>
    story.events.map((event, eventNo) => {
      const id = `${ID_PREFIXES[story.idPrefix % ID_PREFIXES.length] ?? ""}${(storyNo * 7 + eventNo * 3) % 11}-${storyNo}-${eventNo}`;
      const { source, importing } = story;
      return { event: isWithoutId(story) ? event : { ...event, id }, source, importing };
    }),
  );
}

const BAD_FIELDS: readonly EventBody[] = [
  { type: "nonsense" },
  { status: 99 },
  { surprise: 1 },
  { occurred_at: "2026-13-01T00:00:00Z" },
  { occurred_at: "2200-01-01T00:00:00Z" },
  { occurred_at: "1999-01-01T00:00:00Z" },
  { user_id: "nul\u0000" },
  { team_id: "\ud800" },
  { effective_at: "2026-01-01T00:00:00Z", type: "nps" },
  { type: "revenue", user_id: "u1", event: "renewed", effective_at: "2026-01-01T00:00:00Z" },
  { type: "revenue", user_id: "u1", event: "renewed", amount: "-5" },
  { type: "revenue", user_id: "u1", event: "renewed", amount: "5", unit_amount: "5" },
  { type: "revenue", user_id: "u1", event: "renewed", discount: { percent: "101" } },
  { type: "revenue", user_id: "u1", event: "renewed", amount: "0.001", currency: "USD" },
];

/** Another payload under an id that is taken, or the same event spoilt. */
function troublesFor(parcels: readonly Parcel[], picks: readonly number[]): Parcel[] {
  return picks.flatMap((pick): Parcel[] => {
    const victim = parcels[pick % Math.max(parcels.length, 1)];
    if (victim === undefined) return [];
    if (pick % 2 === 0) return [{ ...victim, event: { ...victim.event, metadata: { changed: pick } } }];
    const spoilt = BAD_FIELDS[pick % BAD_FIELDS.length];
    return [{ ...victim, event: { ...victim.event, id: `bad ${pick}`, ...spoilt } }];
  });
}

/** Days on which a rate may begin: long ago, in the days that are compared, and today. */
function rateDays(timeZone: string, nowMs: number): string[] {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  return [100, 40, 36, 30, 20, 7, 3, 2, 1, 0].map((back) => today.subtract({ days: back }).toString());
}

export const randomWorld: fc.Arbitrary<RandomWorld> = fc
  .record({
    place: fc.constantFrom(...PLACES),
    hoursLater: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 34 * 24 })),
    currency: fc.constantFrom("USD", "JPY", "KWD"),
    activationDays: fc.constantFrom(1, 2, 7),
    focus: areas.includes("money") ? fc.constantFrom<Focus>("all", "all", "money") : fc.constant<Focus>("all"),
  })
  .chain(({ place, hoursLater, currency, activationDays, focus }) => {
    const anchorMs = Temporal.Instant.from(place.anchor).epochMilliseconds;
    const nowMs = anchorMs + hoursLater * HOUR_MS + 90_000;
    const at = instants(place.timeZone, anchorMs, nowMs);
    return fc.record({
      setting: fc.constant<Setting>({ timeZone: place.timeZone, currency, activationDays, now: isoOf(nowMs) }),
      told: fc.array(stories({ at, isoOf, currency, nowMs, activationDays }, focus), {
        minLength: 1,
        maxLength: 45,
        size: "max",
      }),
      trouble: fc.array(fc.nat(10_000), { maxLength: 8 }),
      plan,
      rates: areas.includes("money") ? rates(currency, rateDays(place.timeZone, nowMs)) : fc.constant([]),
    });
  })
  .map(({ setting, told, trouble, plan: delivery, rates: set }) => {
    const parcels = numbered(told);
    return {
      setting: { ...setting, rates: set },
      parcels,
      troubles: troublesFor(parcels, trouble),
      plan: { ...delivery, rates: set },
    };
  });
