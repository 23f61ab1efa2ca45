import { digestOf, DIGEST_DAYS } from "../digest/digest.ts";
import { digestMessage } from "../digest/digest-message.ts";
import { ASKS_ALL } from "../permission/need.ts";
import { defineCommand, type Command } from "../command.ts";
import type { CommandContext } from "./context.ts";

const SUMMARY_DAYS = 30;

export function createDigestPreview({ reader, workspace, firstEvent }: CommandContext): Command {
  return defineCommand({
    path: ["digest", "preview"],
    description: "the next morning digest, as it would be posted now",
    options: {},
    access: () => ASKS_ALL,
    async run(_, { view }) {
      const [daily, summary, firstDay] = await Promise.all([
        reader.daily(DIGEST_DAYS),
        reader.summary(SUMMARY_DAYS),
        reader.firstDay(),
      ]);
      const digest = digestOf({ daily, summary, firstDay, timeZone: workspace.timeZone, schedule: "preview", view });
      return { message: digestMessage(digest, firstEvent), data: digest };
    },
  });
}
