import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAccess } from "../../src/access/access.ts";
import { Temporal } from "../../src/core/time.ts";
import { createWeb } from "../../src/web/web.ts";
import { request as requestEvent, revenue, signup } from "../golden/told.ts";
import { SILENT } from "../support/silent.ts";
import { createTestWorld } from "../support/world.ts";
import { demoPages } from "../web/pages.ts";
import { openBrowser, openPage, screenPath, serveForTest } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const SCREENS = [
  { width: 1280, theme: "light" },
  { width: 1280, theme: "dark" },
  { width: 760, theme: "light" },
  { width: 360, theme: "light" },
  { width: 360, theme: "dark" },
] as const;

test.each(SCREENS)(
  "at $width pixels, $theme, the page is whole: nothing fails, nothing comes from elsewhere",
  async (screen) => {
    const port = await serveForTest(demoPages());
    const { page, said, elsewhere } = await openPage(browser, screen);
    const response = await page.goto(`http://127.0.0.1:${port}/metrics`);
    await page.screenshot({ path: screenPath(`page-${screen.width}-${screen.theme}`), fullPage: true });
    expect(response?.status()).toBe(200);
    expect(said).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(await page.locator("svg[role=img]:visible").count()).toBe(3);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await page.evaluate("document.fonts.check('15px Inter') && document.fonts.size")).toBe(2);
  },
);

test("light and dark differ, and the drawings follow", async () => {
  const port = await serveForTest(demoPages());
  const colours = await Promise.all(
    (["light", "dark"] as const).map(async (theme) => {
      const { page } = await openPage(browser, { width: 1280, theme });
      await page.goto(`http://127.0.0.1:${port}/metrics`);
      const read =
        "[document.body, document.querySelector('.drawing path[stroke]')].map((one) => one && [getComputedStyle(one).backgroundColor, getComputedStyle(one).stroke].join())";
      return page.evaluate<string[]>(read);
    }),
  );
  const [light = [], dark = []] = colours;
  expect(light[0]).not.toBe(dark[0]);
  expect(light[1]).not.toBe(dark[1]);
});

/** Relative luminance contrast (WCAG 2) of text and what is behind it, for all visible text; the lowest first. */
const LOWEST_CONTRAST = `(() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [red, green, blue, alpha = 1] = parts(getComputedStyle(one).backgroundColor);
      if (alpha > 0) return [red, green, blue];
    }
    return [255, 255, 255];
  };
  const results = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    if (!own || element.getClientRects().length === 0 || element.tagName === "title") continue;
    const style = getComputedStyle(element);
    const text = luminance(parts(element instanceof SVGElement ? style.fill : style.color));
    const ground = luminance(behind(element));
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    results.push({ contrast, what: element.textContent.trim().slice(0, 40) });
  }
  return results.sort((a, b) => a.contrast - b.contrast)[0];
})()`;

test.each(["light", "dark"] as const)("all text is readable against its ground, %s", async (theme) => {
  const port = await serveForTest(demoPages());
  const { page } = await openPage(browser, { width: 1280, theme });
  await page.goto(`http://127.0.0.1:${port}/metrics`);
  for (const details of await page.locator("summary").all()) await details.click();
  const lowest = await page.evaluate<{ contrast: number; what: string }>(LOWEST_CONTRAST);
  expect(lowest.contrast, lowest.what).toBeGreaterThanOrEqual(4.5);
});

test("the period is chosen by links, and the table opens without a script", async () => {
  const port = await serveForTest(demoPages());
  const { page, said } = await openPage(browser, { width: 1280 });
  await page.goto(`http://127.0.0.1:${port}/metrics`);
  await page.getByRole("link", { name: "7 days" }).click();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("The last 7 days");
  await page.getByText("Numbers as a table").first().click();
  expect(await page.getByRole("table").first().getByRole("row").count()).toBe(9);
  await page.getByRole("link", { name: "365 days" }).click();
  await page.screenshot({ path: screenPath("page-365-days"), fullPage: true });
  expect(said).toEqual([]);
});

test("the empty page and the first day fit on a phone", async () => {
  for (const [name, firstDay] of [
    ["empty", null],
    ["first-day", Temporal.PlainDate.from("2026-11-21")],
  ] as const) {
    const port = await serveForTest(demoPages({ firstDay: async () => firstDay }));
    const { page, said } = await openPage(browser, { width: 360 });
    await page.goto(`http://127.0.0.1:${port}/metrics`);
    await page.screenshot({ path: screenPath(name), fullPage: true });
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(said).toEqual([]);
  }
});

/** Events of the last days through the intake, the roller and the reader to the page. */
async function realPages() {
  const world = await createTestWorld({ now: "2026-06-15T12:00:00Z", timeZone: "Europe/Berlin" });
  const events = [
    signup("a", "2026-06-10T09:00:00Z"),
    signup("b", "2026-06-12T09:00:00Z"),
    revenue("a", "subscription_started", "2026-06-11T10:00:00Z", { amount: "79.00", plan: "pro" }),
    ...["10", "11", "12", "13", "14"].flatMap((day) => [
      requestEvent(`2026-06-${day}T10:00:00Z`, { user_id: "a" }),
      requestEvent(`2026-06-${day}T11:00:00Z`, { user_id: "b", status: day === "13" ? 500 : 200 }),
    ]),
  ];
  await world.post(events);
  await world.settle();
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const access = createAccess({ db: world.db, clock });
  const web = createWeb({
    reader: world.reader,
    access,
    clock,
    workspace: world.workspace,
    log: SILENT,
    demo: false,
    publicUrl: () => "http://localhost:3000",
    addressOf: () => "192.0.2.1",
  });
  return { access, world, port: await serveForTest(web) };
}

test("with a key, events that were sent are read on the page; signing out closes it", async () => {
  const { access, port } = await realPages();
  const { key } = await access.create({ scope: "read" });
  const { page, elsewhere } = await openPage(browser, { width: 1280 });
  await page.goto(`http://127.0.0.1:${port}/metrics`);
  await page.screenshot({ path: screenPath("door"), fullPage: true });
  await page.getByLabel("Key with the scope read or admin").fill("bw_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("The key is mistyped or cut off");
  await page.getByLabel("Key with the scope read or admin").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.screenshot({ path: screenPath("real"), fullPage: true });
  const card = (name: string) => page.locator(".card", { hasText: name }).locator(".value").textContent();
  expect(await card("MRR")).toBe("$79");
  expect(await card("Sign-ups")).toBe("2");
  expect(await card("API calls")).toBe("10");
  expect(await card("Error rate")).toBe("10 %");
  expect(await card("NPS")).toBe("no data");
  expect(elsewhere).toEqual([]);
  await page.getByRole("button", { name: "Sign out" }).click();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Sign in to see the numbers");
});

test("a link on another site leads a signed-in person to the numbers, without a second sign-in and without a loop", async () => {
  const { access, port } = await realPages();
  const { key } = await access.create({ scope: "read" });
  const { page } = await openPage(browser, { width: 1280 });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const here = `http://127.0.0.1:${port}/metrics`;
  const elsewhere = `http://localhost:${port}/nowhere`;
  const linkFromElsewhere = async () => {
    await page.goto(elsewhere);
    await page.evaluate(
      `(() => { const a = document.createElement("a"); a.href = ${JSON.stringify(here)}; a.textContent = "link"; document.body.append(a); })()`,
    );
    asked.length = 0;
    await page.getByText("link", { exact: true }).click();
  };
  await linkFromElsewhere();
  await page.waitForLoadState("networkidle");
  expect(asked.filter((path) => path === "/metrics")).toHaveLength(2);
  await page.getByLabel("Key with the scope read or admin").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "The last 30 days" }).waitFor();
  await linkFromElsewhere();
  await page.getByRole("heading", { name: "The last 30 days" }).waitFor();
  expect(asked.filter((path) => path === "/metrics")).toHaveLength(2);
});
