import { expect, test } from "vitest";
import { defineCommand } from "../../src/bot/command.ts";
import { tellingWhatIsOff } from "../../src/bot/commands/platforms-off.ts";
import { OPERATOR_VISIT } from "../../src/bot/permission/gate.ts";
import { FREE } from "../../src/bot/permission/need.ts";
import { runText } from "../../src/bot/run-command.ts";
import { whyOffIn } from "../../src/chat.ts";
import { readConfig } from "../../src/config.ts";

const send = defineCommand({
  path: ["digest", "send"],
  description: "made up",
  options: { channel: { kind: "reference", description: "where" } },
  access: () => FREE,
  run: async () => ({ message: { tone: "neutral", blocks: [{ kind: "text", text: "On its way." }] }, data: null }),
});

test.each([
  [
    {},
    "slack:C0123456789",
    [
      "On its way.",
      "Slack is off: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN and start again; until then nothing is posted there.",
    ],
  ],
  [
    {},
    "discord:channel:123",
    ["On its way.", "Discord is off: set DISCORD_TOKEN and start again; until then nothing is posted there."],
  ],
  [{ SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" }, "slack:C0123456789", ["On its way."]],
])("a promise to post says whether its platform is off: %j %s", async (env, channel, lines) => {
  const commands = tellingWhatIsOff([send], whyOffIn(readConfig({ DATABASE_URL: "postgres://localhost/x", ...env })));
  const { message } = await runText(`digest send ${channel}`, { commands, prefix: "", ...OPERATOR_VISIT });
  expect(message.blocks.map((block) => block.kind === "text" && block.text)).toEqual(lines);
});
