import { createServer, type AddressInfo } from "node:net";
import { createLog } from "../../../src/core/log.ts";
import { systemClock, type Clock } from "../../../src/core/time.ts";
import { OPEN_GATE } from "../../../src/bot/permission/gate.ts";
import type { Message } from "../../../src/bot/message.ts";
import { createSlack, type SlackParts } from "../../../src/bot/platforms/slack/slack.ts";
import { createPngRenderer } from "../../../src/charts/png.ts";
import type { FakeSlack } from "../../support/slack/slack.ts";

const renderer = createPngRenderer();

export function slackFor(
  fake: FakeSlack,
  { clock = systemClock, ...more }: Partial<SlackParts> & { clock?: Clock } = {},
) {
  const seen = new Set<string>();
  return createSlack({
    botToken: fake.botToken,
    apiUrl: fake.apiUrl,
    png: (chart) => renderer.render(chart, { theme: "light" }),
    isNews: async (id) => !seen.has(id) && seen.add(id) !== undefined,
    gate: OPEN_GATE,
    nativeCharts: false,
    clock,
    log: createLog("silent"),
    ...more,
  });
}

/** Everything a person reads in blocks, as one line. Also what a screen reader says of pictures. */
export function readBlocks(blocks: readonly Readonly<Record<string, unknown>>[]): string {
  return wordsIn(blocks).join(" ").replaceAll(/\s+/g, " ");
}

const SHOWN = new Set(["text", "alt_text"]);

function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== "object" || value === null) return [];
  const thing = value as Record<string, unknown>;
  // Runs of one paragraph follow each other without a gap.
  if (thing["type"] === "rich_text_section") return [(thing["elements"] as unknown[]).flatMap(wordsIn).join("")];
  return Object.entries(thing).flatMap(([name, one]) =>
    typeof one === "string" ? (SHOWN.has(name) ? [one] : []) : wordsIn(one),
  );
}

export const CHART = {
  kind: "line",
  title: "MRR, last 3 days",
  unit: "money",
  currency: "USD",
  labels: ["2026-11-18", "2026-11-19", "2026-11-20"],
  series: [{ label: "MRR", values: [14_900, 15_000, 16_412] }],
} as const;

export const DIGEST: Message = {
  title: "Friday 20 November",
  tone: "neutral",
  blocks: [
    { kind: "text", text: "MRR passed $16k: two upgrades outweighed one cancellation." },
    {
      kind: "facts",
      facts: [{ label: "MRR", value: "$16,412", detail: "▲ $310 since last Friday", trend: [1, 2, 3] }],
    },
    { kind: "chart", chart: CHART },
    { kind: "note", text: "20 Nov 00:00-24:00 Europe/Berlin · as of 09:00 · #d-7f3a" },
    { kind: "buttons", buttons: [{ label: "Details", command: "metrics summary" }] },
  ],
};

/** An address where nobody listens. */
export async function nobodysUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/api/`;
}
