import { createAlertBook } from "../../../src/bot/alerts/alert-book.ts";
import type { AlertParts } from "../../../src/bot/alerts/alert-parts.ts";
import { addAlert, type NewAlert } from "../../../src/bot/alerts/alert-store.ts";
import { checkAlerts } from "../../../src/bot/alerts/checker.ts";
import { DAYS_READ } from "../../../src/bot/alerts/judging.ts";
import { writeNotice } from "../../../src/bot/alerts/notice-writing.ts";
import type { Message } from "../../../src/bot/message.ts";
import { OPEN_GATE, type Gate } from "../../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { Temporal } from "../../../src/core/time.ts";
import type { MetricName } from "../../../src/metrics/catalogue.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { SILENT } from "../../support/silent.ts";
import { createFakeChat } from "../support/fake-chat.ts";
import { senderOn } from "../support/ledger-world.ts";
import type { WindowAsked } from "../../../src/core/window-wish.ts";
import { madeUpSeries } from "../support/made-up-numbers.ts";
import { daysIn } from "../support/made-up-series.ts";

export const TIME_ZONE = "Europe/Berlin";
/** Sunday 22 November 2026, 10:15 in Berlin. */
const START = Temporal.Instant.from("2026-11-22T09:15:00Z");

/** Numbers of finished days, the last of them yesterday, and of today so far. */
interface Told {
  readonly days: readonly (number | null)[];
  readonly today?: number | null;
}

/** The same day after day, but for the last ones. */
export function steady(value: number, ...last: (number | null)[]): (number | null)[] {
  return [...Array.from({ length: DAYS_READ - last.length }, () => value), ...last];
}

/** One world: a database, numbers that a test tells, and a clock that it moves. */
export async function alertWorld() {
  const db = await createTestDatabase();
  let now = START;
  const told = new Map<MetricName, Told>();
  const groups: string[] = [];
  const publish = (day: string) =>
    db.work.run(
      (sql) => sql`
        insert into settings (name, value) values ('published_days', jsonb_build_object('from', '2025-01-01', 'to', ${day}::text))
        on conflict (name) do update set value = excluded.value`,
    );
  await publish("2026-11-21");
  const seriesAt = async (metric: MetricName, asked: WindowAsked, at: Temporal.Instant) => {
    const today = at.toZonedDateTimeISO(TIME_ZONE).toPlainDate();
    const { days: values, today: soFar = null } = told.get(metric) ?? { days: steady(1_000) };
    const series = madeUpSeries(metric, values.slice(-daysIn(asked)));
    const points = series.points.map(({ value }, index) => ({
      date: today.subtract({ days: series.points.length - index }).toString(),
      value,
    }));
    return { ...series, points, today: { date: today.toString(), value: soFar } };
  };
  return {
    db,
    now: () => now,
    tell: (metric: MetricName, what: Told) => void told.set(metric, what),
    publish,
    /** From now on every number has that group, which is all of it. */
    split: (group: string) => void groups.push(group),
    passMinutes: (minutes: number) => void (now = now.add({ minutes })),
    /** Midnight and the grace after it. */
    async nextDay() {
      const day = now.toZonedDateTimeISO(TIME_ZONE).add({ days: 1 });
      now = day.toInstant();
      await publish(day.toPlainDate().subtract({ days: 1 }).toString());
    },
    add: (alert: Partial<NewAlert> & Pick<NewAlert, "metric" | "condition">) =>
      db.work.run((sql) =>
        addAlert(sql, {
          span: "day",
          part: null,
          destination: { platform: "slack", channel: "C1" },
          quiet: null,
          madeBy: "slack:UKIM",
          ...alert,
        }),
      ),
    parts: (platforms: readonly ChatPlatform[], gate: Pick<Gate, "viewOf"> = OPEN_GATE): AlertParts => ({
      db,
      platforms,
      gate,
      timeZone: TIME_ZONE,
      currency: "USD",
      log: SILENT,
      now: async () => now,
      readersAt: (at) => ({
        reader: { series: (metric, days) => seriesAt(metric, days, at) },
        overviews: {
          async seriesBy(metric, days, by) {
            const whole = await seriesAt(metric, days, at);
            const { points, window } = whole;
            return { ...whole, by, groups: groups.map((group) => ({ group, points, window })), groups_left_out: 0 };
          },
        },
      }),
    }),
  };
}

export type AlertWorld = Awaited<ReturnType<typeof alertWorld>>;

/** A chat in memory that also has threads and edits, as far as alerts use them. */
export function alertChat() {
  const chat = createFakeChat();
  const edits: { readonly id: string; readonly message: Message }[] = [];
  const rest: Partial<ChatPlatform> = {
    prefix: "/",
    placeOf: async (channel) => ({ platform: "slack", channel, name: "numbers", kind: "private", thread: null }),
    nameOf: async (subject) => (subject.kind === "person" ? `@${subject.id}` : "#numbers"),
    startThread: async ({ platform, channel, id }) => ({ ok: true, value: { platform, channel, thread: id } }),
    async edit({ id }, message) {
      edits.push({ id, message });
      return { ok: true, value: null };
    },
  };
  const platform = { ...chat.platform, ...rest } as ChatPlatform;
  const textOf = ({ title, blocks }: Message) =>
    [title, ...blocks.map((block) => ("text" in block ? block.text : ""))].filter(Boolean).join("\n");
  return {
    ...chat,
    platform,
    edits,
    texts: (channel = "C1") =>
      chat.shown(channel).map(({ posting }) => ({
        text: textOf(posting.message),
        thread: posting.destination.thread ?? null,
      })),
    lastEdit: () =>
      edits.at(-1) === undefined ? "" : textOf(edits.at(-1)?.message ?? { tone: "neutral", blocks: [] }),
    textOf,
  };
}

/** What one instance of the program does: it looks at the alerts and sends what is owed. */
export function alertInstance(world: AlertWorld, platform: ChatPlatform, gate?: Pick<Gate, "viewOf">) {
  const parts = world.parts([platform], gate);
  const sender = senderOn(world.db as TestDatabase, platform, {
    write: (owed) => writeNotice(owed, parts),
    mustLeaveOut: async () => true,
  });
  return {
    parts,
    book: createAlertBook(parts),
    check: () => checkAlerts(parts),
    send: () => sender.once(),
    /** Looks and sends until nothing more comes of it. */
    async round() {
      for (let step = 0; step < 3; step += 1) {
        await checkAlerts(parts);
        await sender.once();
      }
      await checkAlerts(parts);
    },
  };
}

export const KIM = {
  platform: "slack",
  person: "UKIM",
  groups: [],
  standing: "member",
} as const;
