import { setTimeout as sleep } from "node:timers/promises";
import { recordOwed, startDelivering } from "../../../src/bot/digest/delivering.ts";
import { keyOf } from "../../../src/bot/digest/digest-post.ts";
import type { ChatPlatform, Lookup, PostOutcome, Posting } from "../../../src/bot/platform.ts";
import { systemClock } from "../../../src/core/time.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { SILENT } from "../../support/silent.ts";

/**
 * One instance. `ledger` is what ships. The others are what people build instead: `retries` sends again until it hears
 * a yes, as SDKs do by default; `marker` is a leader, by advisory lock, that marks what it has sent.
 */
const [databaseUrl = "", officeUrl = "", way = "ledger"] = process.argv.slice(2);
const POST_MS = 600;
const CALL = { signal: () => AbortSignal.timeout(POST_MS - 100) };

function address(one: Pick<Posting, "destination" | "key">): string {
  return `${officeUrl}/?${new URLSearchParams({ key: one.key, channel: one.destination.channel })}`;
}

async function post(posting: Posting): Promise<PostOutcome> {
  const response = await fetch(address(posting), { method: "POST", signal: CALL.signal() });
  const body = (await response.json()) as { id?: string; retryAfterMs?: number };
  if (response.status === 429)
    return { outcome: "refused", reason: "too many", retryAfterMs: body.retryAfterMs ?? 100, lasting: false };
  if (response.ok && body.id !== undefined) return { outcome: "sent", externalId: body.id };
  return { outcome: "uncertain", reason: `status ${response.status}` };
}

const platform: Pick<ChatPlatform, "name" | "post" | "lookUp" | "remove"> = {
  name: "slack",
  post,
  async lookUp(posting): Promise<Lookup> {
    const response = await fetch(address(posting), { signal: CALL.signal() });
    const [externalId, ...duplicates] = (await response.json()) as string[];
    return externalId === undefined ? { found: false } : { found: true, externalId, duplicates };
  },
  async remove(_, id) {
    await fetch(`${officeUrl}/?id=${id}`, { method: "DELETE", signal: CALL.signal() });
  },
};

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
const pool = db.work;
const message = { tone: "neutral", blocks: [{ kind: "text", text: "a digest" }] } as const;

async function shipped(): Promise<void> {
  const delivering = startDelivering({
    pool,
    platforms: [platform],
    write: async () => message,
    clock: systemClock,
    log: SILENT,
    timing,
  });
  for (;;) {
    await delivering.tick();
    await sleep(200);
  }
}

interface Open {
  readonly no: string;
  readonly channel: string;
  readonly day: string;
}

async function openOnes(): Promise<Open[]> {
  return pool.run(
    (sql) => sql<Open[]>`
      select delivery_no::text as no, substr(destination, 7) as channel, local_date::text as day
      from deliveries where state in ('pending', 'uncertain') order by delivery_no`,
  );
}

/** Both controls mark a digest as sent when they have heard a yes; `persistent` ones do not wait for the next round. */
async function withoutLedger(persistent: boolean): Promise<void> {
  for (;;) {
    await pool.run((sql) => recordOwed(sql));
    await pool.transaction(async (sql) => {
      const [leader] = await sql<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(4711) as mine`;
      if (leader?.mine !== true) return;
      for (const { no, channel, day } of await openOnes()) {
        const destination = { platform: "slack", channel } as const;
        const tries = persistent ? 5 : 1;
        for (let n = 0; n < tries; n += 1) {
          const outcome = await post({ destination, key: keyOf(destination, day), message }).catch(() => null);
          if (outcome?.outcome !== "sent") continue;
          await pool.run((one) => one`update deliveries set state = 'sent' where delivery_no = ${no}::bigint`);
          break;
        }
      }
    });
    await sleep(100);
  }
}

console.log("started");
if (way === "ledger") await shipped();
else await withoutLedger(way === "retries");
