import type { Command } from "../command.ts";
import { createActCommands } from "./act-commands.ts";
import { createOpenCommand } from "./open-command.ts";
import { createQueueCommands } from "./queue-commands.ts";
import { createReadingCommands } from "./reading-commands.ts";
import type { Ticketing } from "./ticketing.ts";

/** All that people do with tickets, in the order in which help lists it. */
export function createTicketCommands(ticketing: Ticketing): Command[] {
  return [
    createOpenCommand(ticketing),
    ...createQueueCommands(ticketing),
    ...createReadingCommands(ticketing),
    ...createActCommands(ticketing),
  ];
}
