import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test, vi } from "vitest";
import { createPictures } from "../../src/chart-pictures.ts";
import { createPngRenderer } from "../../src/charts/png.ts";
import { createQuickChartRenderer } from "../../src/charts/quickchart.ts";
import { isPublicAddress } from "../../src/core/public-address.ts";
import { lineOf, MOVEMENTS, STEPS_TO_PAYING } from "./example-charts.ts";

const PNG = await createPngRenderer().render(lineOf([1, 2]), { theme: "light", width: 100, height: 80 });
const BARS = lineOf([5, null, 6], { kind: "bar", lastIsPartial: true });

interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

async function quickChart(answer: Answer = (response) => void response.end(PNG)) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked.push({ path: request.url ?? "", body: JSON.parse(Buffer.concat(parts).toString() || "{}") });
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, url: `http://127.0.0.1:${port}`, port };
}

const light = { theme: "light" } as const;

test.each([
  ["a line", lineOf([1, null, 3], { lastIsPartial: true })],
  ["bars with today hatched", BARS],
  ["a waterfall", MOVEMENTS],
  ["a funnel", STEPS_TO_PAYING],
])("%s is sent as Chart.js 4 configuration in the body, and its picture comes back", async (_, chart) => {
  const { asked, url } = await quickChart();
  const png = await createQuickChartRenderer({ url, allowPrivate: true }).render(chart, light);
  expect(png.equals(PNG)).toBe(true);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    path: "/chart",
    body: { version: "4", format: "png", width: 600, devicePixelRatio: 2, backgroundColor: "#ffffff" },
  });
  const pattern = { draw: (...how: unknown[]) => `pattern ${how.join(" ")}` };
  const config = runInNewContext(`(${String(asked[0]?.body["chart"])})`, { pattern });
  expect(config).toMatchObject({ type: chart.kind === "line" ? "line" : "bar" });
  expect(config.options.plugins.title.text).toBe(chart.title);
});

test("the bar of a day that is not over is hatched by QuickChart's own patterns", async () => {
  const { asked, url } = await quickChart();
  await createQuickChartRenderer({ url, allowPrivate: true }).render(BARS, light);
  expect(asked[0]?.body["chart"]).toContain(
    'pattern.draw("diagonal-right-left","#ffffff","#2456d6",10)'.replaceAll(",", ", "),
  );
});

test("no name of a group becomes code in what is sent", async () => {
  const { asked, url } = await quickChart();
  const marks = ["__BEGINFUNCTION__/*", "*/P=6*7__ENDFUNCTION__", "__BEGINFUNCTION__P=6*7__ENDFUNCTION__"];
  const series = [...marks, "'", '"', "\u2028"].map((label) => ({ label, values: [1, 2] }));
  const chart = lineOf([], { title: marks[2] ?? "", labels: ["2026-11-19", "2026-11-20"], series });
  await createQuickChartRenderer({ url, allowPrivate: true }).render(chart, light);
  const world: Record<string, unknown> = {};
  const config = runInNewContext(`(${String(asked[0]?.body["chart"])})`, world);
  expect(world).not.toHaveProperty("P");
  expect(config.data.datasets).toHaveLength(series.length);
});

test("several lines get a legend, because nothing names them where they end", async () => {
  const { asked, url } = await quickChart();
  const chart = lineOf([], {
    labels: ["2026-11-19", "2026-11-20"],
    series: [
      { label: "week", values: [7, 8] },
      { label: "day", values: [2, 3] },
    ],
  });
  await createQuickChartRenderer({ url, allowPrivate: true }).render(chart, { theme: "dark" });
  const config = runInNewContext(`(${String(asked[0]?.body["chart"])})`);
  expect(config.options.plugins.legend.display).toBe(true);
  expect(asked[0]?.body["backgroundColor"]).toBe("#15181e");
});

test.each([
  ["a refusal", (response: ServerResponse) => void response.writeHead(400).end("no")],
  ["something that is no picture", (response: ServerResponse) => void response.end("<html>")],
  ["a redirect", (response: ServerResponse) => void response.writeHead(302, { location: "/other" }).end()],
  ["more than a picture can be", (response: ServerResponse) => void response.end(Buffer.alloc(6_000_000))],
  [
    "half of it",
    (response: ServerResponse) => {
      response.writeHead(200, { "content-length": 1_000 });
      response.write(PNG.subarray(0, 20), () => response.destroy());
    },
  ],
] satisfies readonly (readonly [string, Answer])[])("%s is a failure", async (_, answer) => {
  const { asked, url } = await quickChart(answer);
  await expect(createQuickChartRenderer({ url, allowPrivate: true }).render(BARS, light)).rejects.toThrow();
  expect(asked).toHaveLength(1);
});

test("a server that never answers is given up", async () => {
  const { url } = await quickChart(() => {});
  const renderer = createQuickChartRenderer({ url, allowPrivate: true, deadlineMs: 100 });
  await expect(renderer.render(BARS, light)).rejects.toThrow(/abort|timeout/i);
});

test("a private address is refused while connecting, whether it is written or a name leads to it", async () => {
  const { asked, url, port } = await quickChart();
  for (const to of [url, `http://localhost:${port}`, `http://[::ffff:127.0.0.1]:${port}`]) {
    const renderer = createQuickChartRenderer({ url: to, allowPrivate: false });
    await expect(renderer.render(BARS, light)).rejects.toMatchObject({ code: "private_address" });
  }
  expect(asked).toHaveLength(0);
});

test.each([
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["172.31.0.1", false],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["::1", false],
  ["::", false],
  ["fd00::1", false],
  ["fe80::1", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:a00:1", false],
  ["2002:7f00:1::", false],
  ["64:ff9b::7f00:1", false],
  ["localhost", false],
  ["93.184.216.34", true],
  ["2606:2800:220:1::1", true],
])("%s is a public address: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test("when QuickChart fails, the chart is drawn here, and what to do is said", async () => {
  const { url } = await quickChart((response) => void response.writeHead(500).end());
  const said = vi.fn<(sentence: string) => void>();
  const config = { QUICKCHART_URL: url, QUICKCHART_ALLOW_PRIVATE: true };
  const png = await (await createPictures(config, said))("slack")(BARS);
  expect(png.equals(await createPngRenderer().render(BARS, light))).toBe(true);
  expect(said).toHaveBeenCalledOnce();
  expect(said.mock.calls[0]?.[0]).toContain("QUICKCHART_URL");
});

test("a private QUICKCHART_URL that nobody allowed is told with the setting that allows it", async () => {
  const { url, asked } = await quickChart();
  const said = vi.fn<(sentence: string) => void>();
  const pictures = await createPictures({ QUICKCHART_URL: url, QUICKCHART_ALLOW_PRIVATE: false }, said);
  expect((await pictures("slack")(BARS)).length).toBeGreaterThan(1_000);
  expect(asked).toHaveLength(0);
  expect(said.mock.calls[0]?.[0]).toContain("QUICKCHART_ALLOW_PRIVATE=true");
});

test("charts are dark on Discord, and light in Slack and in a file", async () => {
  const said = vi.fn<(sentence: string) => void>();
  const pictures = await createPictures({ QUICKCHART_URL: undefined, QUICKCHART_ALLOW_PRIVATE: false }, said);
  const [bright, dark] = await Promise.all(
    (["light", "dark"] as const).map((theme) => createPngRenderer().render(BARS, { theme })),
  );
  expect(dark?.equals(await pictures("discord")(BARS))).toBe(true);
  expect(bright?.equals(await pictures("slack")(BARS))).toBe(true);
  expect(bright?.equals(await pictures("file")(BARS))).toBe(true);
});
