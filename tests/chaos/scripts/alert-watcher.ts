import { setTimeout as sleep } from "node:timers/promises";
import type { AlertParts } from "../../../src/bot/alerts/alert-parts.ts";
import { checkAlerts } from "../../../src/bot/alerts/checker.ts";
import { DAYS_READ } from "../../../src/bot/alerts/judging.ts";
import { writeNotice } from "../../../src/bot/alerts/notice-writing.ts";
import { startDelivering } from "../../../src/bot/digest/delivering.ts";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import type { ChatPlatform, Lookup, PostOutcome, Posting } from "../../../src/bot/platform.ts";
import { systemClock, type Temporal } from "../../../src/core/time.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { madeUpSeries } from "../../bot/support/made-up-numbers.ts";
import { SILENT } from "../../support/silent.ts";

/**
 * One instance. `ledger` is what ships. `marker` is what people build instead: a leader, by advisory lock, that marks what
 * it has told and sends again until it hears a yes.
 */
const [databaseUrl = "", officeUrl = "", way = "ledger"] = process.argv.slice(2);
const POST_MS = 600;
const signal = () => AbortSignal.timeout(POST_MS - 100);

function address({ key, destination }: Pick<Posting, "destination" | "key">): string {
  const channel = destination.thread === undefined ? destination.channel : `${destination.channel} thread`;
  return `${officeUrl}/?${new URLSearchParams({ key, channel })}`;
}

async function post(posting: Posting): Promise<PostOutcome> {
  const response = await fetch(address(posting), { method: "POST", signal: signal() });
  const body = (await response.json()) as { id?: string; retryAfterMs?: number };
  if (response.status === 429)
    return { outcome: "refused", reason: "too many", retryAfterMs: body.retryAfterMs ?? 100, lasting: false };
  if (response.ok && body.id !== undefined) return { outcome: "sent", externalId: body.id };
  return { outcome: "uncertain", reason: `status ${response.status}` };
}

const platform = {
  name: "slack",
  prefix: "/",
  post,
  async lookUp(posting): Promise<Lookup> {
    const response = await fetch(address(posting), { signal: signal() });
    const [externalId, ...duplicates] = (await response.json()) as string[];
    return externalId === undefined ? { found: false } : { found: true, externalId, duplicates };
  },
  async remove(_, id) {
    await fetch(`${officeUrl}/?id=${id}`, { method: "DELETE", signal: signal() });
  },
  placeOf: async (channel) => ({ platform: "slack", channel, name: null, kind: "private", thread: null }),
  nameOf: async () => "@kim",
  startThread: async ({ channel }) => ({ ok: true, value: { platform: "slack", channel, thread: "1" } }),
  edit: async () => ({ ok: true, value: null }),
} as Partial<ChatPlatform> as ChatPlatform;

const timing = {
  leaseMs: 1_500,
  postMs: POST_MS,
  lookAfterMs: 700,
  lookAgainMs: 300,
  recheckMs: 2_500,
  restMs: 100,
  restAtMostMs: 1_000,
};

const db = await openDatabase(databaseUrl, { allowFsyncOff: true });

/** The newest day's number, as the test sets it. */
async function numberNow(): Promise<number> {
  const [row] = await db.read.run(
    (sql) => sql<{ value: number }[]>`select (value #>> '{}')::float8 as value from settings where name = 'number'`,
  );
  return row?.value ?? 1_000;
}

async function seriesAt(days: number, at: Temporal.Instant) {
  const today = at.toZonedDateTimeISO("UTC").toPlainDate();
  const last = await numberNow();
  const series = madeUpSeries("signups", [...Array.from({ length: days - 1 }, () => 1_000), last]);
  const points = series.points.map(({ value }, index) => ({
    date: today.subtract({ days: days - index }).toString(),
    value,
  }));
  return { ...series, points, today: { date: today.toString(), value: null } };
}

const parts: AlertParts = {
  db,
  platforms: [platform],
  gate: OPEN_GATE,
  timeZone: "UTC",
  currency: "USD",
  log: SILENT,
  readersAt: (at) => ({
    reader: { series: () => seriesAt(DAYS_READ, at) },
    overviews: { seriesBy: (_, __, ___) => seriesAt(DAYS_READ, at) },
  }),
};

async function shipped(): Promise<void> {
  const delivering = startDelivering({
    pool: db.work,
    platforms: [platform],
    write: (owed) => writeNotice(owed, parts),
    mustLeaveOut: async () => true,
    clock: systemClock,
    log: SILENT,
    timing,
  });
  for (;;) {
    await checkAlerts(parts);
    await delivering.tick();
    await sleep(150);
  }
}

interface Told {
  readonly channel: string;
  readonly bound: number;
  readonly state: string;
}

async function marked(): Promise<void> {
  for (;;) {
    await db.work.transaction(async (sql) => {
      const [leader] = await sql<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(4711) as mine`;
      if (leader?.mine !== true) return;
      const value = await numberNow();
      for (const { channel, bound, state } of await sql<Told[]>`select channel, bound, state from alerts`) {
        const wanted = value < bound ? "firing" : "ok";
        if (wanted === state) continue;
        const destination = { platform: "slack", channel, ...(wanted === "ok" ? { thread: "1" } : {}) } as const;
        const message = { tone: "bad", blocks: [] } as const;
        const outcome = await post({ destination, key: `a-${channel}`, message }).catch(() => null);
        if (outcome?.outcome !== "sent") continue;
        await db.work.run((one) => one`update alerts set state = ${wanted} where channel = ${channel}`);
      }
    });
    await sleep(100);
  }
}

console.log("started");
if (way === "ledger") await shipped();
else await marked();
