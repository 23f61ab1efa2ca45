import type { Command } from "../command.ts";
import { createAccessCommands } from "./access-commands.ts";
import type { CommandContext } from "./context.ts";
import { createDigestList } from "./digest-list.ts";
import { createDigestPreview } from "./digest-preview.ts";
import { createHelp } from "./help.ts";
import { createShow } from "./show.ts";
import { createSummary } from "./summary.ts";

/** All commands, in the order in which help lists them; `features` brings those of rooms of their own. */
export function createCommands(context: CommandContext, features: readonly Command[] = []): Command[] {
  const commands = [
    createSummary(context),
    createShow(context),
    createDigestPreview(context),
    createDigestList(context),
    ...features,
    ...createAccessCommands(context),
  ];
  return [...commands, createHelp(commands)];
}
