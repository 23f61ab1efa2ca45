import { createDiscord } from "../../../src/bot/platforms/discord/discord.ts";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { startFakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";
import { SILENT } from "../../support/silent.ts";
import { describeFiles } from "../file-contract.ts";
import { allIsNews } from "../support/inbox.ts";
import { textOf } from "./reading.ts";

const EPHEMERAL = 64;
const judge = createJudge();

describeFiles("Discord", async () => {
  const fake = await startFakeDiscord({ judge });
  let platform: ChatPlatform | null = null;
  return {
    mostBytes: 10 * 1024 ** 2,
    async start(commands) {
      const { apiUrl, token, guildId } = fake;
      const png = async () => Buffer.from("");
      platform = createDiscord({ token, guildId, apiUrl, png, gate: OPEN_GATE, isNews: allIsNews, log: SILENT });
      await platform.start(commands);
    },
    async ask(path) {
      const asked = fake.ask(path);
      const reply = await fake.until(() => asked.reply);
      const isPrivate = (Number(reply["flags"]) & EPHEMERAL) !== 0;
      const components = reply.components.flatMap((row) => row["components"] as readonly { readonly label: string }[]);
      return {
        text: textOf(reply),
        isPrivate,
        buttons: components.map(({ label }) => label),
        files: reply.attachments.map(({ filename, url }) => ({
          name: String(filename),
          bytes: fake.world.files.get(new URL(String(url)).pathname) ?? Buffer.from(""),
          isPrivate,
        })),
      };
    },
    async stop() {
      await platform?.stop();
      await fake.stop();
    },
  };
});
