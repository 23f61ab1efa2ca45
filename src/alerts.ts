import type { AlertParts } from "./bot/alerts/alert-parts.ts";
import { createAlertBook } from "./bot/alerts/alert-book.ts";
import { createAlertCommands } from "./bot/alerts/alert-commands.ts";
import { startWatching } from "./bot/alerts/watching.ts";
import { writeNotice } from "./bot/alerts/notice-writing.ts";
import { readNoticeName } from "./bot/alerts/matter.ts";
import type { Command } from "./bot/command.ts";
import type { Delivering } from "./bot/digest/delivering.ts";
import type { WriteDigest } from "./bot/digest/digest-post.ts";
import type { Gate } from "./bot/permission/gate.ts";
import type { ChatPlatform } from "./bot/platform.ts";
import type { Lifecycle } from "./core/lifecycle.ts";
import type { Foundation } from "./foundation.ts";
import { createOverviews } from "./metrics/read/overviews.ts";
import { createReader } from "./metrics/read/reader.ts";

interface AlertGround {
  readonly foundation: Pick<Foundation, "db" | "workspace" | "log">;
  readonly gate: Pick<Gate, "viewOf">;
  /** Empty in the terminal: what is added there is posted by the service that is connected. */
  readonly platforms: readonly ChatPlatform[];
}

export function alertPartsFrom({ foundation, gate, platforms }: AlertGround): AlertParts {
  const { db, workspace, log } = foundation;
  const { timeZone, currency } = workspace;
  return {
    db,
    gate,
    platforms,
    timeZone,
    currency,
    log,
    readersAt(now) {
      const parts = { db, workspace, clock: { now: () => now } };
      const reader = createReader(parts);
      return { reader, overviews: createOverviews({ ...parts, reader }) };
    },
  };
}

export function alertCommandsFor(parts: AlertParts): Command[] {
  return createAlertCommands({ ...parts, book: createAlertBook(parts) });
}

/** Alerts stand in the same ledger as digests and are posted by the same senders. */
export function writerOfAll(parts: AlertParts, writeDigest: WriteDigest): WriteDigest {
  return async (owed) => (readNoticeName(owed.kind) === null ? writeDigest(owed) : writeNotice(owed, parts));
}

export function startAlerts(parts: AlertParts, delivering: Pick<Delivering, "tick">, lifecycle: Lifecycle): void {
  const watching = startWatching({ ...parts, onChecked: () => delivering.tick() });
  lifecycle.onStop("alerts", () => watching.stop());
}
