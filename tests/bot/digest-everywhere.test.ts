import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeEdition } from "../../src/bot/digest/digest-reading.ts";
import { EDITIONS, type Edition } from "../../src/bot/digest/edition.ts";
import { SECTIONS } from "../../src/bot/digest/section.ts";
import type { Message } from "../../src/bot/message.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { createPoster } from "../../src/bot/platforms/discord/posting.ts";
import { createTerminal } from "../../src/bot/platforms/terminal/terminal.ts";
import { Temporal } from "../../src/core/time.ts";
import type { Reader } from "../../src/metrics/read/reader.ts";
import { startFakeDiscord, type FakeDiscord } from "../support/discord/fake-discord.ts";
import { createJudge } from "../support/discord/judge.ts";
import { SILENT } from "../support/silent.ts";
import { startSlack, type FakeSlack } from "../support/slack/slack.ts";
import { textOf as discordText } from "./discord/reading.ts";
import { readBlocks, slackFor } from "./slack/support.ts";
import { MANY_MOVEMENTS, MOVEMENTS, WAITING } from "./support/made-up-movements.ts";
import { clock, madeUpDaily, madeUpDays, madeUpPeriod, madeUpReader, workspace } from "./support/made-up-numbers.ts";

let slack: FakeSlack;
let discord: FakeDiscord;
beforeAll(async () => {
  [slack, discord] = await Promise.all([startSlack(), startFakeDiscord({ judge: createJudge() })]);
});
afterAll(async () => {
  await Promise.all([slack.close(), discord.stop()]);
  expect(discord.faultsFound).toEqual([]);
});

async function messageOf(edition: Edition, reader: Partial<Reader>): Promise<Message> {
  const parts = { reader: madeUpReader(reader), workspace, clock, firstEvent: "curl" };
  const plan = { edition, sections: SECTIONS, notableOnly: false };
  const morning = Temporal.PlainDate.from("2026-12-01");
  return (await writeEdition(parts, { plan, view: EVERYTHING, morning, schedule: "test" })).message;
}

let posts = 0;
const newKey = () => `d-${String((posts += 1)).padStart(22, "0")}`;

/** What a reader sees in each place, as one line; whatever a platform would refuse fails. */
const SHOWN = {
  async slack(message: Message) {
    const destination = { platform: "slack", channel: await slack.channelId("numbers") } as const;
    expect(await slackFor(slack).post({ destination, message, key: newKey() })).toMatchObject({ outcome: "sent" });
    const [newest] = await slack.messages(destination.channel);
    return readBlocks(newest?.blocks ?? []);
  },
  async discord(message: Message) {
    const destination = { platform: "discord", channel: discord.world.newId() } as const;
    const { apiUrl, token } = discord;
    const poster = createPoster({ apiUrl, token, png: async () => Buffer.from("png"), log: SILENT });
    expect(await poster.post({ destination, message, key: newKey() })).toMatchObject({ outcome: "sent" });
    return discord.world.messages
      .filter((one) => one.channel_id === destination.channel)
      .map(discordText)
      .join(" ");
  },
  async terminal(message: Message) {
    let text = "";
    await createTerminal({ write: (part) => (text += part), columns: 100, colour: false }).show(message);
    return text.replaceAll(/\s+/g, " ");
  },
};

const PLACES = ["slack", "discord", "terminal"] as const;

const eventful: Partial<Reader> = {
  movements: async () => MOVEMENTS,
  waitingTickets: async () => WAITING,
  daily: async (days) =>
    madeUpDaily(
      madeUpDays(days, (_, daysAgo) => (daysAgo === 1 ? { error_rate: 2.4, open_tickets: 22, mrr: 17_060 } : {})),
    ),
  period: async (asked) =>
    madeUpPeriod(asked, {
      now: { mrr: 17_060 },
      day: ({ date }) =>
        date === asked.window.end.toString() ? { open_tickets: 22 } : date === "2026-11-26" ? { error_rate: 2.4 } : {},
    }),
};

const MOVED = [
  "New: Globex (Pro, $79)",
  "Upgraded: Initech (Pro → Workflow, +$220), Hooli (+$58)",
  "Cancelled: Umbrella (Pro, −$47)",
];

const FACTS: Readonly<Record<Edition, readonly string[]>> = {
  daily: [
    "Saturday 21 November",
    "Errors rose: 2.4 % of requests failed; on a usual Saturday it is 0.4 %.",
    "$17,060",
    "MRR, last 30 days",
    ...MOVED,
    "Nothing else is unusual.",
    "Needs a look: open tickets 22, twice a usual Saturday; oldest waits 2 days (TCK-118).",
    "NPS 38 ± 14 (41 answers in 30 days) · uptime 99.97 %",
    "21 Nov 00:00-24:00 Europe/Berlin",
    "Details",
    "Explain MRR",
  ],
  weekly: [
    "Week 24 Nov - 30 Nov",
    "MRR rose $648 in the week, to $17,060: new +$79, upgraded +$278, cancelled −$47.",
    "▲ $648 (the week before $16,412)",
    "MRR, last 56 days",
    ...MOVED,
    "Unusual: error rate 2.4 % on Thu 26 Nov (usual Thursday: 0.4 %).",
    "Needs a look: open tickets 22, twice a usual Monday; oldest waits 2 days (TCK-118).",
    "NPS 38 ± 14 (41 answers in 30 days)",
    "24 Nov - 30 Nov against 17 Nov - 23 Nov",
    "Details",
  ],
  monthly: [
    "November 2026",
    "MRR rose $648 in the month, to $17,060: new +$79, upgraded +$278, cancelled −$47.",
    "▲ $648 (the month before $16,412)",
    "MRR, last 84 days",
    ...MOVED,
    "Unusual: error rate 2.4 % on Thu 26 Nov (usual Thursday: 0.4 %).",
    "Needs a look: open tickets 22, twice a usual Monday; oldest waits 2 days (TCK-118).",
    "1 Nov - 30 Nov against 1 Oct - 31 Oct",
  ],
};

describe.each(EDITIONS)("a %s digest", (edition) => {
  test.each(PLACES)("tells the same facts in %s", async (place) => {
    const shown = await SHOWN[place](await messageOf(edition, eventful));
    for (const fact of FACTS[edition]) expect(shown).toContain(fact);
  });

  test.each(PLACES)(
    "with a hundred movements of each kind and hostile names of 500 characters is valid in %s",
    async (place) => {
      const oldest = { ticket_id: `@everyone ${"T".repeat(500)}`, opened_at: "2026-11-20T08:00:00Z" };
      const shown = await SHOWN[place](
        await messageOf(edition, {
          ...eventful,
          movements: async (_, most) => MANY_MOVEMENTS(most),
          waitingTickets: async () => ({ oldest, urgent_unanswered: 12 }),
        }),
      );
      expect(shown).toMatch(/and \d+ more/);
      expect(shown).toContain("12 urgent ones are unanswered");
      expect(shown).not.toMatch(/x{40}|T{40}/);
    },
  );

  test("with names of groups mentions nobody", async () => {
    const message = await messageOf(edition, { ...eventful, movements: async (_, most) => MANY_MOVEMENTS(most) });
    await SHOWN.slack(message);
    await SHOWN.discord(message);
    const [inSlack] = await slack.messages(await slack.channelId("numbers"));
    expect(JSON.stringify(inSlack?.blocks)).not.toMatch(/"type":"(broadcast|user|usergroup|link)"/);
    const inDiscord = discord.world.messages.at(-1);
    expect(JSON.stringify(inDiscord)).not.toMatch(/"mention_everyone":true/);
  });
});
