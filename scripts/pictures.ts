import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import { createDigestWriter } from "../src/bot/digest/digest-post.ts";
import type { Message } from "../src/bot/message.ts";
import type { Destination } from "../src/bot/platform.ts";
import { messagePayload } from "../src/bot/platforms/discord/message-payload.ts";
import { slackMessage } from "../src/bot/platforms/slack/message-blocks.ts";
import { EVERYTHING } from "../src/bot/permission/view.ts";
import { timeText } from "../src/bot/window-words.ts";
import { createPictures, type Pictures } from "../src/chart-pictures.ts";
import type { Chart } from "../src/charts/chart.ts";
import { readConfig } from "../src/config.ts";
import { createLifecycle } from "../src/core/lifecycle.ts";
import { createLog } from "../src/core/log.ts";
import { localDay } from "../src/core/time.ts";
import { layFoundation, type Foundation } from "../src/foundation.ts";
import { demoConfig, prepareDemo } from "../src/operations/demo.ts";
import { openRooms, type Rooms } from "../src/rooms.ts";
import { discordPage } from "./pictures/discord-page.ts";
import { slackPage } from "./pictures/slack-page.ts";

/** Draws the pictures of the README: this morning's digest of the demo as Slack and as Discord show what they are sent. */

const FOLDER = "docs/pictures";
const WIDTH = 560;
const say = (text: string) => void process.stdout.write(text);

async function main(): Promise<void> {
  const config = demoConfig(readConfig(process.env));
  const lifecycle = createLifecycle();
  const foundation = await layFoundation({ config, log: createLog("warn"), lifecycle, purpose: "cli" });
  try {
    const rooms = openRooms(foundation, config);
    await prepareDemo({ write: say, isTerminal: false })(foundation, rooms);
    await rooms.roller.drain();
    const pictures = await createPictures(config, (sentence) => say(`${sentence}\n`));
    const pages = {
      slack: await slackDigest(foundation, rooms, pictures),
      discord: await discordDigest(foundation, rooms, pictures),
    };
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, html] of Object.entries(pages)) await photograph(html, `${FOLDER}/digest-${name}.png`);
  } finally {
    await lifecycle.stop(15_000);
  }
}

async function slackDigest(foundation: Foundation, rooms: Rooms, pictures: Pictures): Promise<string> {
  const message = await digestFor({ platform: "slack", channel: "C0123456789" }, foundation, rooms);
  const charts = chartsOf(message);
  const { blocks } = slackMessage(message, new Map(charts.map((chart, index) => [chart, String(index)])));
  const images = new Map<string, string>();
  for (const [index, chart] of charts.entries()) images.set(String(index), dataUrl(await pictures("slack")(chart)));
  return slackPage(blocks, images, timeOf(foundation));
}

async function discordDigest(foundation: Foundation, rooms: Rooms, pictures: Pictures): Promise<string> {
  const message = await digestFor({ platform: "discord", channel: "123456789012345678" }, foundation, rooms);
  const { body, charts } = messagePayload(message);
  const images = new Map<string, string>();
  for (const { name, chart } of charts) images.set(`attachment://${name}`, dataUrl(await pictures("discord")(chart)));
  return discordPage(body, images, timeOf(foundation));
}

function timeOf({ clock, workspace }: Foundation): string {
  return timeText(clock.now().toString(), workspace.timeZone);
}

/** As it is posted on time this morning. */
async function digestFor(
  destination: Destination,
  { clock, workspace }: Foundation,
  { reader }: Rooms,
): Promise<Message> {
  const now = clock.now();
  const localDate = localDay(now, workspace.timeZone).toString();
  const viewOf = () => Promise.resolve(EVERYTHING);
  const write = createDigestWriter({ reader, workspace, clock, firstEvent: "", viewOf });
  const message = await write({ destination, kind: "digest", localDate, dueAt: now, daysWithout: [] });
  if (message === null) throw new Error("a digest that is wanted always was not written");
  return message;
}

function chartsOf({ blocks }: Message): Chart[] {
  return blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []));
}

function dataUrl(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}

async function photograph(html: string, path: string): Promise<void> {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 600 }, deviceScaleFactor: 1.5 });
    await page.setContent(html);
    await writeFile(path, await page.locator("main").screenshot());
  } finally {
    await browser.close();
  }
  say(`${path}\n`);
}

await main();
