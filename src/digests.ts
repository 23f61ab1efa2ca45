import { startAlerts, writerOfAll } from "./alerts.ts";
import type { AlertParts } from "./bot/alerts/alert-parts.ts";
import { readNoticeName } from "./bot/alerts/matter.ts";
import type { CommandContext } from "./bot/commands/context.ts";
import { createCorrector } from "./bot/digest/corrections/corrector.ts";
import { startDelivering } from "./bot/digest/delivering.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import { startDigestTick } from "./jobs.ts";
import { unknownPlace } from "./bot/asker.ts";
import type { Gate } from "./bot/permission/gate.ts";
import { ALL_GROUPS } from "./bot/permission/need.ts";
import { referenceText } from "./bot/permission/reference.ts";
import { isWhole, type View } from "./bot/permission/view.ts";
import type { ChatName, ChatPlatform, Destination } from "./bot/platform.ts";
import type { Log } from "./core/log.ts";
import { createHold, type HoldDigest } from "./bot/digest/completeness.ts";
import type { Clock } from "./core/time.ts";
import { correctionsToName, rememberNumbers } from "./bot/digest/corrections/posted-store.ts";
import { createDigestWriter, type DigestMemory } from "./bot/digest/digest-post.ts";
import type { DatabaseClock } from "./db/database-clock.ts";
import type { Foundation } from "./foundation.ts";
import { createFreshnessJudge, type FreshnessJudge } from "./metrics/freshness/freshness.ts";
import { createDataQuality, type DataQuality } from "./metrics/quality/data-quality.ts";
import { createReader, type Reader } from "./metrics/read/reader.ts";

/** What digests go by: the database's clock, and not that of this machine. */
export interface DigestGround {
  readonly clock: DatabaseClock;
  readonly reader: Reader;
  readonly readerAt: (clock: Clock) => Reader;
  readonly freshness: FreshnessJudge;
  readonly quality: DataQuality;
  readonly hold: HoldDigest;
  readonly memory: DigestMemory;
}

export function layDigestGround({
  db,
  workspace,
  clock,
}: Pick<Foundation, "db" | "workspace" | "clock">): DigestGround {
  const freshness = createFreshnessJudge({ db, clock, workspace });
  return {
    clock,
    reader: createReader({ db, clock, workspace }),
    memory: {
      remember: (posted) => db.work.run((sql) => rememberNumbers(sql, posted)),
      toName: (naming) => db.work.run((sql) => correctionsToName(sql, naming)),
    },
    readerAt: (then) => createReader({ db, clock: then, workspace }),
    freshness,
    quality: createDataQuality({ db }),
    hold: createHold({ freshness, clock, timeZone: workspace.timeZone }),
  };
}

/** What a digest may tell in a channel, as the platform knows it now. */
export function digestView(gate: Gate, platforms: readonly ChatPlatform[], log: Log) {
  return async ({ platform: name, channel }: Destination): Promise<View> => {
    const platform = platforms.find((one) => one.name === name);
    const place = (await platform?.placeOf(channel)) ?? unknownPlace(name, channel);
    const nameOf = platform?.nameOf ?? (async (subject) => referenceText(subject));
    const where = { place, prefix: platform?.prefix ?? "/", nameOf };
    const view = await gate.viewOf(`digest ${name}:${channel}`, ALL_GROUPS, where);
    if (view.leftOut !== null)
      log.warn({ platform: name, channel, kind: place.kind }, "A digest goes without some numbers.");
    return view;
  };
}

interface DigestsParts {
  readonly foundation: Foundation;
  readonly lifecycle: Lifecycle;
  readonly platforms: readonly ChatPlatform[];
  readonly context: Pick<CommandContext, "workspace" | "firstEvent">;
  readonly digestGround: DigestGround;
  readonly alerts: AlertParts;
  readonly viewOf: (destination: Destination) => Promise<View>;
  readonly onRefused: (platform: ChatName, reason: string) => Promise<void>;
}

/** Digests and alerts go out, and what was posted is corrected. */
export async function startDigests(parts: DigestsParts): Promise<void> {
  const { foundation, lifecycle, platforms, context, digestGround, alerts, viewOf, onRefused } = parts;
  const { db, workspace, clock, log } = foundation;
  const writeDigest = createDigestWriter({ ...context, ...digestGround, viewOf });
  // What an alert says is written as things are at each attempt.
  const mustLeaveOut = async (destination: Destination, kind: string) =>
    readNoticeName(kind) !== null || !isWhole(await viewOf(destination));
  const { hold, clock: databaseClock } = digestGround;
  const common = { pool: db.work, platforms, log };
  const corrector = createCorrector({ ...digestGround, ...common, write: writeDigest, workspace, viewOf });
  const beforeTick = () => databaseClock.sync();
  const write = writerOfAll(alerts, writeDigest);
  const delivering = startDelivering({ ...common, write, hold, beforeTick, clock, mustLeaveOut, onRefused });
  lifecycle.onStop("digests", () => delivering.stop());
  await startDigestTick(delivering, corrector, lifecycle);
  startAlerts(alerts, delivering, lifecycle);
}
