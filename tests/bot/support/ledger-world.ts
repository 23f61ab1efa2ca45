import { createDeliverer } from "../../../src/bot/digest/deliverer.ts";
import { recordOwed } from "../../../src/bot/digest/delivering.ts";
import { createLedger } from "../../../src/bot/digest/ledger-store.ts";
import { applyWantedDigests } from "../../../src/bot/digest/schedule-store.ts";
import { USUAL_TIMING } from "../../../src/bot/digest/settlement.ts";
import type { HoldDigest } from "../../../src/bot/digest/completeness.ts";
import type { WriteDigest } from "../../../src/bot/digest/digest-post.ts";
import type { ChatPlatform, Destination } from "../../../src/bot/platform.ts";
import type { Log } from "../../../src/core/log.ts";
import { systemClock } from "../../../src/core/time.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { SILENT } from "../../support/silent.ts";
import { createFakeChat } from "./fake-chat.ts";

export const TEXT = { tone: "neutral", blocks: [{ kind: "text", text: "a digest" }] } as const;

export const slack = (channel: string): Destination => ({ platform: "slack", channel });

/** A ledger whose digests are due now, senders of as many instances as wanted, and a clock that can be moved on. */
export async function ledgerWith(channels: readonly Destination[], given?: Pick<TestDatabase, "work" | "read">) {
  const db = given ?? (await createTestDatabase());
  const pool = db.work;
  const apply = (wanted: readonly Destination[]) =>
    pool.transaction((sql) => applyWantedDigests(sql, { at: "00:00", channels: wanted }, "UTC"));
  await apply(channels);
  /** As if the schedules were some days old and the digest due so many minutes ago. */
  const makeDue = async (minutesAgo: number) => {
    await pool.run(
      (sql) => sql`
        update schedules set created_at = now() - interval '3 days',
          time_zone = 'UTC', at = (now() at time zone 'UTC' - make_interval(mins => ${minutesAgo}))::time`,
    );
    await pool.run(
      (sql) => sql`
        insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at, settled_at)
        select schedule_no, platform || ':' || channel,
          (now() at time zone 'UTC' - make_interval(mins => ${minutesAgo}))::date - 1, kind, 'sent', now(), now(), now()
        from schedules on conflict do nothing`,
    );
    await pool.run((sql) => recordOwed(sql));
  };
  /** Lets that much time pass, as the ledger sees it. */
  const pass = (ms: number) =>
    pool.run(
      (sql) => sql`
        update deliveries set next_at = next_at - make_interval(secs => ${ms / 1000}),
          claimed_until = claimed_until - make_interval(secs => ${ms / 1000}),
          recheck_at = recheck_at - make_interval(secs => ${ms / 1000}),
          due_at = due_at - make_interval(secs => ${ms / 1000})`,
    );
  const rows = () =>
    pool.run(
      (sql) => sql<{ destination: string; state: string; reason: string | null; nextMs: number }[]>`
        select destination, state, reason, extract(epoch from next_at - now())::float8 * 1000 as "nextMs" from deliveries
        where local_date = (select max(local_date) from deliveries) order by destination`,
    );
  const states = async () => Object.fromEntries((await rows()).map((row) => [row.destination, row.state]));
  return { db, pool, apply, makeDue, pass, rows, states };
}

export type FakeChat = ReturnType<typeof createFakeChat>;

interface SenderOptions {
  readonly write?: WriteDigest;
  readonly hold?: HoldDigest;
  readonly mustLeaveOut?: () => Promise<boolean>;
  readonly log?: Log;
  readonly onRefusedEverywhere?: (reason: string) => Promise<void>;
}

type Postable = Pick<ChatPlatform, "name" | "post" | "lookUp" | "remove">;

/** One instance's sender for that platform. */
export function senderOn(
  db: Pick<TestDatabase, "work">,
  platform: Postable,
  { write, log = SILENT, ...more }: SenderOptions = {},
) {
  const ledger = createLedger(db.work, platform.name, USUAL_TIMING);
  const written = write ?? (async () => TEXT);
  const parts = { platform, ledger, write: written, clock: systemClock, log, timing: USUAL_TIMING, ...more };
  const deliverer = createDeliverer(parts);
  return {
    ledger,
    deliverer,
    async once() {
      await deliverer.pass();
      await deliverer.idle();
    },
  };
}

export function senderFor(db: Pick<TestDatabase, "work">, chat: FakeChat, write: WriteDigest = async () => TEXT) {
  return senderOn(db, chat.platform, { write });
}

export async function oneOwed(channel = "C1", minutesAgo = 0) {
  const world = await ledgerWith([slack(channel)]);
  await world.makeDue(minutesAgo);
  const chat = createFakeChat();
  return { ...world, chat, ...senderFor(world.db, chat) };
}
