import { startFakeDiscord } from "../support/discord/fake-discord.ts";
import { freshFolder, removeFolder, startProgram } from "../support/program.ts";
import { startSlack } from "../support/slack/slack.ts";
import { median, quantile, type Figure, type Outcome, type Ratio, type Section } from "./report.ts";

const TIMES = 200;
const WARM_UP = 20;

/** One answer of each kind in turn, one after the other: the whole way from the platform's fake back to it. */
const WAYS = ["Slack summary", "Slack help", "Discord summary", "Discord help"] as const;
type Way = (typeof WAYS)[number];

export const commands: Section = {
  name: "commands",
  about: `a slash command of chat, from the fake of the platform until the answer is there, ${TIMES} of each in turn`,
  run,
};

async function run(): Promise<Outcome> {
  const folder = await freshFolder();
  const [slack, discord] = [await startSlack(), await startFakeDiscord()];
  const program = await startProgram({
    DATA_DIR: folder,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_API_URL: discord.apiUrl,
  });
  const slackAnswer = (words: string) => slack.type({ kind: "socket" }, "/metrics", words).next();
  const discordAnswer = (word: string) => {
    const asked = discord.ask(["metrics", word]);
    return discord.until(() => asked.reply);
  };
  const answers: Record<Way, () => Promise<unknown>> = {
    "Slack summary": () => slackAnswer("summary"),
    "Slack help": () => slackAnswer("help"),
    "Discord summary": () => discordAnswer("summary"),
    "Discord help": () => discordAnswer("help"),
  };
  try {
    await send(program.url, program.adminKey);
    const took = new Map(WAYS.map((way) => [way, [] as number[]]));
    for (let time = -WARM_UP; time < TIMES; time += 1) {
      for (const way of WAYS) {
        const start = performance.now();
        await answers[way]();
        if (time >= 0) took.get(way)?.push(performance.now() - start);
      }
    }
    return outcome(took);
  } finally {
    await program.stop();
    await discord.stop();
    await slack.close();
    await removeFolder(folder);
  }
}

/** A day of numbers, so that a summary has something to say. */
async function send(url: string, key: string): Promise<void> {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const events = Array.from({ length: 500 }, (_, index) => ({
    type: "request",
    id: `r-${index}`,
    user_id: `user-${index % 40}`,
    method: "GET",
    route: "/projects/:id",
    status: 200,
    duration_ms: 20,
    occurred_at: yesterday,
  }));
  const answer = await fetch(`${url}/api/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  if (!answer.ok) throw new Error(`The events were refused: ${answer.status}`);
}

/** Help asks nothing of the database: what it takes is the way through platform, fake and machine. */
function outcome(took: ReadonlyMap<Way, readonly number[]>): Outcome {
  const at = (way: Way, q: number) => quantile(took.get(way) ?? [], q);
  const ratios = (["Slack", "Discord"] as const).map((platform): Ratio => ({
    what: `${platform}: summary / a command that reads nothing, p50`,
    value: at(`${platform} summary`, 0.5) / at(`${platform} help`, 0.5),
  }));
  const figures = WAYS.flatMap((way): Figure[] => [
    { what: `${way}, p50`, value: median(took.get(way) ?? []), unit: "ms" },
    { what: `${way}, p99`, value: at(way, 0.99), unit: "ms" },
  ]);
  return { ratios, figures, notes: [] };
}
