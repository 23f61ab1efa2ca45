import { alertCommandsFor, alertPartsFrom } from "./alerts.ts";
import { addressInWords, firstEvent } from "./banner.ts";
import type { Command } from "./bot/command.ts";
import { createCommands } from "./bot/commands/commands.ts";
import { tellingWhatIsOff } from "./bot/commands/platforms-off.ts";
import { createSubscriptions } from "./bot/digest/subscriptions.ts";
import { createAccessBook } from "./bot/permission/access-book.ts";
import { OPEN_GATE } from "./bot/permission/gate.ts";
import { createPollster } from "./bot/surveys/pollster.ts";
import { createTicketCommands } from "./bot/tickets/ticket-commands.ts";
import { whyOffIn } from "./chat.ts";
import { standingPolicyOf } from "./chat-config.ts";
import type { Config } from "./config.ts";
import { layDigestGround } from "./digests.ts";
import { keptAdminKey } from "./first-key.ts";
import type { Foundation } from "./foundation.ts";
import type { Rooms } from "./rooms.ts";
import type { RunningService } from "./running.ts";
import { ticketingFor } from "./support.ts";
import { createWaveBook } from "./surveys/wave-book.ts";

interface CommandParts {
  readonly foundation: Foundation;
  readonly rooms: Rooms;
  readonly config: Config;
  /** The service that runs on the same database, if one does. */
  readonly service: RunningService | undefined;
}

/** The commands of chat as they run in the terminal: nothing is posted from here, and nobody is refused. */
export async function chatCommandsOf({ foundation, rooms, config, service }: CommandParts): Promise<Command[]> {
  const address = config.PUBLIC_URL ?? service?.address ?? addressInWords(config.HOST, config.PORT);
  const keptKey = await keptAdminKey(rooms, config);
  const { timeZone } = foundation.workspace;
  const accessBook = createAccessBook(foundation.db, standingPolicyOf(config));
  const { reader, overviews, details, exporter, surveys } = rooms;
  // What is asked here is posted by the service that is connected.
  const waves = createWaveBook(foundation);
  const pool = foundation.db.work;
  const pollster = createPollster({
    ...foundation,
    pool,
    surveys,
    waves,
    followingUp: null,
    platforms: [],
    timeZone,
  });
  const digests = { pool: foundation.db.work, platforms: [], timeZone, usualAt: config.DIGEST_AT };
  const subscriptions = createSubscriptions({ ...foundation, ...digests });
  const context = {
    ...foundation,
    accessBook,
    reader,
    overviews,
    details,
    freshness: layDigestGround(foundation).freshness,
    exporter,
    surveys,
    waves,
    followUpOwner: null,
    pollster,
    subscriptions,
    firstEvent: firstEvent(address, keptKey?.kind === "file" ? keptKey.path : null),
  };
  const all = createCommands(context, [
    ...alertCommandsFor(alertPartsFrom({ foundation, gate: OPEN_GATE, platforms: [] })),
    ...createTicketCommands(ticketingFor({ config, foundation, rooms, platforms: [], gate: OPEN_GATE })),
  ]);
  return tellingWhatIsOff(all, whyOffIn(config));
}
