import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { chromium, type Browser, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
}

/** Serves the pages on a free port of this machine until the test is over; answers the port. */
export async function serveForTest(web: Hono): Promise<number> {
  const server = createServer(getRequestListener(web.fetch));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

export interface Watched {
  readonly page: Page;
  /** What the browser's console said, and what failed. */
  readonly said: string[];
  /** Addresses asked for that are not on this machine. */
  readonly elsewhere: string[];
}

export interface Screen {
  readonly width: number;
  readonly theme?: "light" | "dark";
}

export async function openPage(browser: Browser, { width, theme = "light" }: Screen): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const said: string[] = [];
  const elsewhere: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (failure) => said.push(failure.message));
  page.on("requestfailed", (request) => said.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!/^http:\/\/(127\.0\.0\.1|localhost):/.test(request.url())) elsewhere.push(request.url());
  });
  return { page, said, elsewhere };
}

/** Where a screenshot goes, for people to look at: a folder among the temporary ones, the same in each run. */
export function screenPath(name: string): string {
  return join(tmpdir(), "bellwether-screens", `${name}.png`);
}
