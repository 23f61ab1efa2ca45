import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import { createDigestPreview } from "../src/bot/commands/digest-preview.ts";
import type { AskingContext } from "../src/bot/commands/context.ts";
import { createErrors } from "../src/bot/commands/errors.ts";
import { createExplain } from "../src/bot/commands/explain.ts";
import { createFeatures } from "../src/bot/commands/features.ts";
import { createFunnel } from "../src/bot/commands/funnel.ts";
import { createNpsResults } from "../src/bot/commands/nps-results.ts";
import { createRevenue } from "../src/bot/commands/revenue.ts";
import { createShow } from "../src/bot/commands/show.ts";
import { createSummary } from "../src/bot/commands/summary.ts";
import { createSupport } from "../src/bot/commands/support.ts";
import { createDigestWriter } from "../src/bot/digest/digest-post.ts";
import type { Message } from "../src/bot/message.ts";
import type { Destination } from "../src/bot/platform.ts";
import { messagePayload } from "../src/bot/platforms/discord/message-payload.ts";
import { slackMessage } from "../src/bot/platforms/slack/message-blocks.ts";
import { OPERATOR_VISIT } from "../src/bot/permission/gate.ts";
import { EVERYTHING } from "../src/bot/permission/view.ts";
import { runText } from "../src/bot/run-command.ts";
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
import {
  alertPicture,
  emptyPicture,
  firstDayPicture,
  questionPicture,
  refusalPicture,
  resultPicture,
  ticketPicture,
} from "./pictures/made-up.ts";
import { slackPage } from "./pictures/slack-page.ts";

/** Draws the pictures of the docs: every kind of message, most of them about the demo, as Slack or Discord show what they are sent. */

const FOLDER = "docs/pictures";
const WIDTH = 560;
/** Small files, and still readable where they are shown at this width. */
const SCALE = 1;
const say = (text: string) => void process.stdout.write(text);

interface Picture {
  readonly name: string;
  readonly platform: "slack" | "discord";
  readonly message: Message;
}

async function main(): Promise<void> {
  const config = demoConfig(readConfig(process.env));
  const lifecycle = createLifecycle();
  const foundation = await layFoundation({ config, log: createLog("warn"), lifecycle, purpose: "cli" });
  try {
    const rooms = openRooms(foundation, config);
    await prepareDemo({ write: say, isTerminal: false }, { foundation, rooms });
    await rooms.roller.drain();
    const pictures = await createPictures(config, (sentence) => say(`${sentence}\n`));
    mkdirSync(FOLDER, { recursive: true });
    const photographer = await openPhotographer();
    for (const { name, platform, message } of await allPictures(foundation, rooms)) {
      const page = platform === "slack" ? slackHtml : discordHtml;
      await photographer.take(await page(message, foundation, pictures), `${FOLDER}/${name}-${platform}.png`);
    }
    await photographer.close();
  } finally {
    await lifecycle.stop(15_000);
  }
}

/** Every kind of message, on one platform or the other; the digest on both. */
async function allPictures(foundation: Foundation, rooms: Rooms): Promise<Picture[]> {
  const now = foundation.clock.now();
  const asked = askingOf(foundation, rooms);
  const digest = (platform: "slack" | "discord", channel: string) =>
    digestFor({ platform, channel }, foundation, rooms);
  const summary = await rooms.reader.summary(30);
  return [
    { name: "digest", platform: "slack", message: await digest("slack", "C0123456789") },
    { name: "digest", platform: "discord", message: await digest("discord", "123456789012345678") },
    { name: "digest-weekly", platform: "slack", message: await asked("digest preview --edition weekly") },
    { name: "summary", platform: "slack", message: await asked("metrics summary") },
    { name: "show", platform: "discord", message: await asked("metrics show api_calls --days 30 --by route") },
    { name: "revenue", platform: "discord", message: await asked("metrics revenue") },
    { name: "funnel", platform: "slack", message: await asked("metrics funnel") },
    { name: "features", platform: "slack", message: await asked("metrics features") },
    { name: "support", platform: "discord", message: await asked("metrics support") },
    { name: "errors", platform: "slack", message: await asked("metrics errors") },
    { name: "explain", platform: "slack", message: await asked("metrics explain churn_rate") },
    { name: "alert", platform: "slack", message: alertPicture(now) },
    { name: "nps-question", platform: "discord", message: questionPicture(now) },
    { name: "nps-results", platform: "discord", message: await asked("nps results") },
    { name: "ticket", platform: "slack", message: ticketPicture(now) },
    { name: "refusal", platform: "slack", message: await refusalPicture() },
    { name: "no-events", platform: "discord", message: emptyPicture() },
    { name: "first-day", platform: "slack", message: firstDayPicture(summary.today) },
  ];
}

/** What a command answers to somebody who may see everything. */
function askingOf(foundation: Foundation, rooms: Rooms) {
  const result = resultPicture(foundation.clock.now());
  const surveys = { ...rooms.surveys, list: async () => [result.round], result: async () => result };
  const context = { ...foundation, ...rooms, surveys, firstEvent: "" } as unknown as AskingContext;
  const commands = [
    createSummary(context),
    createShow(context),
    createRevenue(context),
    createFunnel(context),
    createFeatures(context),
    createSupport(context),
    createErrors(context),
    createExplain(context),
    createDigestPreview(context),
    createNpsResults(context),
  ];
  return async (line: string): Promise<Message> => {
    const { ok, message } = await runText(line, { commands, prefix: "/", ...OPERATOR_VISIT });
    if (!ok) throw new Error(`${line}: ${JSON.stringify(message)}`);
    return message;
  };
}

async function slackHtml(message: Message, foundation: Foundation, pictures: Pictures): Promise<string> {
  const charts = chartsOf(message);
  const { blocks } = slackMessage(message, new Map(charts.map((chart, index) => [chart, String(index)])));
  const images = new Map<string, string>();
  for (const [index, chart] of charts.entries()) images.set(String(index), dataUrl(await pictures("slack")(chart)));
  return slackPage(blocks, images, timeOf(foundation));
}

async function discordHtml(message: Message, foundation: Foundation, pictures: Pictures): Promise<string> {
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

async function openPhotographer() {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  return {
    async take(html: string, path: string): Promise<void> {
      const page = await browser.newPage({ viewport: { width: WIDTH, height: 600 }, deviceScaleFactor: SCALE });
      await page.setContent(html);
      await writeFile(path, await page.locator("main").screenshot());
      await page.close();
      say(`${path}\n`);
    },
    close: () => browser.close(),
  };
}

await main();
