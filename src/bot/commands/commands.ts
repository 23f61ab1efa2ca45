import type { Command } from "../command.ts";
import { createAccessCommands } from "./access-commands.ts";
import type { CommandContext } from "./context.ts";
import { createDigestList } from "./digest-list.ts";
import { createDigestPreview } from "./digest-preview.ts";
import { createExplain } from "./explain.ts";
import { createHelp } from "./help.ts";
import { createShow } from "./show.ts";
import { createSummary } from "./summary.ts";

/** All commands, in the order in which help lists them. */
export function createCommands(context: CommandContext): Command[] {
  const commands = [
    createSummary(context),
    createShow(context),
    createExplain(context),
    createDigestPreview(context),
    createDigestList(context),
    ...createAccessCommands(context),
  ];
  return [...commands, createHelp(commands)];
}
