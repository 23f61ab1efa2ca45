import type { Database, Sql } from "../../db/client.ts";
import {
  daysOf,
  localDay,
  Temporal,
  windowBefore,
  windowEndingYesterday,
  type Clock,
  type Window,
} from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import { metricNames } from "../catalogue.ts";
import { createReader } from "../read/reader.ts";
import { compareAnswers, type Comparison } from "./comparison.ts";
import { rankFeatures } from "./features-store.ts";
import { countUnsettled, findRawRows, lastSealedDay } from "./raw-store.ts";
import { RECOUNT_STEPS, recountSpans, type NumberName, type SpanNumbers } from "./recount.ts";
import type { Recount, Span } from "./span.ts";

export interface Verification extends Comparison {
  readonly window: Window;
  /** There are no events of any type. */
  readonly isEmpty: boolean;
  /** The last day whose raw requests are gone, so that what is made of them could not be compared; null without one. */
  readonly sealedThrough: Temporal.PlainDate | null;
  /** Changes that arrived too late to be worked out before the comparison; differences may be theirs. */
  readonly unsettled: number;
}

/** Compares what the reader answers with what plain SQL makes of the raw rows. Changes nothing but what was due anyway. */
export interface Verifier {
  /** `days` is 1 to 366: the complete days that end yesterday. `onProgress` hears a share from 0 to 1. */
  verify(days: number, onProgress?: (share: number, what: string) => void): Promise<Verification>;
}

interface VerifierParts {
  readonly db: Pick<Database, "work">;
  readonly clock: Clock;
  readonly workspace: Workspace;
  /** Works out what has changed. */
  readonly settle: () => Promise<void>;
}

/** How often it waits for the queue to be empty before it compares all the same. */
const TRIES = 10;

export function createVerifier({ db, clock, workspace, settle }: VerifierParts): Verifier {
  return {
    async verify(days, onProgress = () => {}) {
      for (let tries = 1; ; tries += 1) {
        const now = clock.now();
        onProgress(0, "waiting for the rollups");
        await settle();
        const found = await db.work.transaction(async (sql) => {
          await sql`set transaction isolation level repeatable read`;
          await sql`set local jit = off`;
          const check = checkAt({ sql, workspace, now }, days);
          const unsettled = await countUnsettled(sql, check.reach);
          return unsettled > 0 && tries < TRIES ? null : { ...(await check.run(onProgress)), unsettled };
        });
        if (found !== null) return found;
      }
    },
  };
}

interface Snapshot extends Pick<VerifierParts, "workspace"> {
  /** Of a transaction that always sees the same rows. */
  readonly sql: Sql;
  readonly now: Temporal.Instant;
}

/** The work of one comparison. */
function checkAt(snapshot: Snapshot, days: number) {
  const window = windowEndingYesterday(localDay(snapshot.now, snapshot.workspace.timeZone), days);
  const previous = windowBefore(window);
  const reach = { first: previous.start.toString(), last: window.end.toString(), now: snapshot.now.toString() };
  return {
    reach,
    async run(onProgress: (share: number, what: string) => void): Promise<Omit<Verification, "unsettled">> {
      let done = 0;
      const step = (what: string) => onProgress((done += 1) / (RECOUNT_STEPS + 2), what);
      const answered = await ask(snapshot, days);
      step("stored numbers");
      const spans = spansOf(window, previous);
      const { sealedThrough, ...rows } = await findRows(snapshot, answered.firstDay);
      const recount: Recount = { ...snapshot, ...rows, spans, now: snapshot.now.toString() };
      const numbers = await recountSpans(recount, step);
      const features = await rankFeatures({ ...recount, spans: [previous, window].map(endingWith) });
      step("features");
      const comparison = compareAnswers(answered, {
        window,
        previous,
        of: (of) => numbersOf(of, spans, numbers),
        features: (of) => features.filter(({ place }) => place === (of === window ? 2 : 1)),
        isWhole: (name, of) => sealedThrough === null || startsAfter(sealedThrough, name, of),
      });
      return {
        window,
        isEmpty: Object.values(rows.firstDays).every((day) => day === null),
        sealedThrough,
        ...comparison,
      };
    },
  };
}

const endingWith = (window: Window): Span => ({ ...window, matureBy: window.end });

/** Each day of the window, the window itself, and the one before it. */
function spansOf(window: Window, previous: Window): Span[] {
  const days = daysOf(window).map((day) => ({ start: day, end: day, days: 1, matureBy: window.end }));
  return [...days, endingWith(window), endingWith(previous)];
}

async function ask({ sql, workspace, now }: Snapshot, days: number) {
  const onSnapshot = <T>(statements: (own: Sql) => Promise<T>) => statements(sql);
  const read = { run: onSnapshot, transaction: onSnapshot, close: async () => {} };
  const reader = createReader({ db: { read }, clock: { now: () => now }, workspace });
  const series = await Promise.all(
    metricNames.map(async (name) => [name, await reader.series(name, days, { step: "day" })] as const),
  );
  return {
    daily: await reader.daily(days),
    summary: await reader.summary(days),
    series,
    firstDay: (await reader.firstDay())?.toString() ?? null,
  };
}

/** Once rows are gone, they no longer tell when the first event was. */
async function findRows({ sql, workspace }: Snapshot, storedFirstDay: string | null) {
  const { keptSince, firstDays } = await findRawRows(sql, workspace.timeZone);
  const sealed = await lastSealedDay(sql, keptSince);
  return {
    keptSince,
    firstDays: sealed === null ? firstDays : { ...firstDays, request: storedFirstDay },
    sealedThrough: sealed === null ? null : Temporal.PlainDate.from(sealed),
  };
}

const isSameWindow = (one: Window, other: Window): boolean =>
  one.start.equals(other.start) && one.end.equals(other.end);

function numbersOf(window: Window, spans: readonly Span[], numbers: readonly SpanNumbers[]): SpanNumbers {
  const found = numbers[spans.findIndex((span) => isSameWindow(span, window))];
  if (found === undefined) throw new RangeError(`nothing was recounted for ${window.start.toString()}`);
  return found;
}

/** How many days before the first of a window its requests matter. Other numbers are made of rows that stay. */
const REQUEST_DAYS_BEFORE: Partial<Record<NumberName | "top_features", number>> = {
  api_calls: 0,
  failed_requests: 0,
  client_errors: 0,
  error_rate: 0,
  client_error_rate: 0,
  apdex: 0,
  latency_p50: 0,
  latency_p95: 0,
  latency_p99: 0,
  top_features: 0,
  dau: 0,
  wau: 6,
  mau: 30,
  stickiness: 30,
};

function startsAfter(sealedThrough: Temporal.PlainDate, name: NumberName | "top_features", { start }: Window): boolean {
  const days = REQUEST_DAYS_BEFORE[name];
  return days === undefined || Temporal.PlainDate.compare(start.subtract({ days }), sealedThrough) > 0;
}
