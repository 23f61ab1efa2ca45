import { localDay, type Clock, type Temporal } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { FreshnessJudge } from "../../metrics/freshness/freshness.ts";
import type { DataQuality, FindingCount } from "../../metrics/quality/data-quality.ts";
import type { Reader } from "../../metrics/read/reader.ts";
import type { Message } from "../message.ts";
import type { View } from "../permission/view.ts";
import { digestOf, DIGEST_DAYS, type Digest } from "./digest.ts";
import { digestMessage } from "./digest-message.ts";
import type { DigestPlan } from "./digest-plan.ts";
import { windowsOf } from "./edition.ts";
import { freshnessTold, withoutUnfinished } from "./freshness-words.ts";
import { DAYS_BEFORE_PERIOD, periodDigestOf, type PeriodDigest, type PeriodEdition } from "./period-digest.ts";
import { periodMessage } from "./period-message.ts";

export interface DigestReadingParts {
  readonly reader: Pick<Reader, "daily" | "summary" | "firstDay" | "period" | "movements" | "waitingTickets">;
  readonly workspace: Workspace;
  readonly clock: Clock;
  /** A command line that sends the first event, shown while there is none. */
  readonly firstEvent: string;
  /** Says what is missing; absent: nothing is judged. */
  readonly freshness?: FreshnessJudge;
  /** Says what looks wrong; absent: nothing is said of it. */
  readonly quality?: Pick<DataQuality, "notedBetween">;
}

interface Wanted {
  readonly plan: DigestPlan;
  readonly view: View;
  /** The day on which it is posted. */
  readonly morning: Temporal.PlainDate;
  /** What the digest belongs to; with its days it makes the reference. */
  readonly schedule: string;
  /** In the place of that reference. */
  readonly reference?: string;
}

/** The numbers of a digest, and the same in words. */
export type Written =
  | { readonly digest: Digest; readonly message: Message }
  | { readonly digest: PeriodDigest; readonly message: Message };

const SUMMARY_DAYS = 30;
const MOST_NAMED = { daily: 6, weekly: 9, monthly: 12 } as const;

/** Reads what an edition is about. Rejects with `Problem` when the numbers cannot be had. */
export async function writeEdition(parts: DigestReadingParts, wanted: Wanted): Promise<Written> {
  const { edition } = wanted.plan;
  return edition === "daily" ? writeDaily(parts, wanted) : writePeriod(parts, wanted, edition);
}

async function writeDaily(
  { reader, workspace, clock, firstEvent, freshness, quality }: DigestReadingParts,
  wanted: Wanted,
): Promise<Written> {
  const { timeZone, policies } = workspace;
  const yesterday = localDay(clock.now(), timeZone).subtract({ days: 1 });
  const judged = await freshness?.judge(yesterday);
  const [findings, daily, summary, firstDay, movements, waiting] = await Promise.all([
    notedIn(quality, { start: yesterday, end: yesterday }, timeZone),
    reader.daily(DIGEST_DAYS),
    reader.summary(SUMMARY_DAYS),
    reader.firstDay(),
    reader.movements({ start: yesterday, end: yesterday, days: 1 }, MOST_NAMED.daily),
    reader.waitingTickets(),
  ]);
  const { view, schedule, reference, plan } = wanted;
  const { sections } = plan;
  const trusted = judged === undefined ? daily : withoutUnfinished(daily, judged);
  const numbers = { daily: trusted, summary, firstDay, movements, waiting };
  const digest = digestOf({ ...numbers, timeZone, schedule, view, sections, npsDays: policies.npsDays });
  const day = daily.days.at(-1) ?? null;
  const told = judged === undefined ? null : freshnessTold(judged, { timeZone, groups: view.groups, day });
  const named = { ...digest, findings, freshness: told, ...(reference === undefined ? {} : { reference }) };
  return { digest: named, message: digestMessage(named, firstEvent) };
}

async function writePeriod(
  { reader, workspace, clock, firstEvent, freshness, quality }: DigestReadingParts,
  { view, schedule, reference, plan: { sections }, morning }: Wanted,
  edition: PeriodEdition,
): Promise<Written> {
  const { timeZone, policies } = workspace;
  const windows = windowsOf(edition, morning);
  const judged = await freshness?.judge(windows.window.end);
  const daysBefore = Math.max(DAYS_BEFORE_PERIOD, windows.before.days);
  const [findings, period, firstDay, movements, waiting] = await Promise.all([
    notedIn(quality, windows.window, timeZone),
    reader.period({ ...windows, daysBefore }),
    reader.firstDay(),
    reader.movements(windows.window, MOST_NAMED[edition]),
    reader.waitingTickets(),
  ]);
  const numbers = { edition, period, firstDay, movements, waiting, npsDays: policies.npsDays };
  const digest = periodDigestOf({ ...numbers, sections, view, timeZone, schedule, now: clock.now() });
  const told = judged === undefined ? null : freshnessTold(judged, { timeZone, groups: view.groups, day: null });
  const named = { ...digest, findings, freshness: told, ...(reference === undefined ? {} : { reference }) };
  return { digest: named, message: periodMessage(named, firstEvent) };
}

/** What was first noted on the days from `start` to `end`: each finding is told once. */
async function notedIn(
  quality: DigestReadingParts["quality"],
  { start, end }: { readonly start: Temporal.PlainDate; readonly end: Temporal.PlainDate },
  timeZone: string,
): Promise<readonly FindingCount[]> {
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).toInstant();
  return (await quality?.notedBetween(startOf(start), startOf(end.add({ days: 1 })))) ?? [];
}
