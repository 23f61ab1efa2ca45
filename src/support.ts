import { createTicketing, type Ticketing } from "./bot/tickets/ticketing.ts";
import type { ChatPlatform } from "./bot/platform.ts";
import type { Gate } from "./bot/permission/gate.ts";
import type { Config } from "./config.ts";
import type { Foundation } from "./foundation.ts";
import type { Rooms } from "./rooms.ts";
import { supportSettingsOf } from "./support-config.ts";

interface SupportParts {
  readonly config: Config;
  readonly foundation: Pick<Foundation, "db" | "clock" | "log" | "workspace">;
  readonly rooms: Pick<Rooms, "desk" | "overviews">;
  readonly platforms: readonly ChatPlatform[];
  /** Of what is shown in threads. */
  readonly gate: Gate;
}

/** Tickets for chat and the terminal, which has no platforms. */
export function ticketingFor({ config, foundation, rooms, platforms, gate }: SupportParts): Ticketing {
  const { db, clock, log, workspace } = foundation;
  const { timeZone, currency } = workspace;
  const { desk, overviews } = rooms;
  return createTicketing({
    db,
    desk,
    overviews,
    settings: supportSettingsOf(config, timeZone),
    timeZone,
    currency,
    gate,
    platforms,
    clock,
    log,
  });
}
