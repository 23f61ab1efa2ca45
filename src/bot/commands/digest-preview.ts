import { localDay } from "../../core/time.ts";
import { writeEdition } from "../digest/digest-reading.ts";
import { ASKS_ALL } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import type { CommandContext } from "./context.ts";
import { editionOption, sectionsOf, sectionsOption } from "./digest-options.ts";

export function createDigestPreview(context: CommandContext): Command {
  return defineCommand({
    path: ["digest", "preview"],
    description: "a digest, as it would be posted now",
    options: { sections: sectionsOption, edition: editionOption },
    access: () => ASKS_ALL,
    async run({ edition, sections }, { view }) {
      const plan = { edition, sections: sectionsOf(sections), notableOnly: false };
      const morning = localDay(context.clock.now(), context.workspace.timeZone);
      const { message, digest } = await writeEdition(context, { plan, view, morning, schedule: "preview" });
      return { message, data: digest };
    },
  });
}
