import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { Temporal } from "../../src/core/time.ts";
import type { WindowAsked } from "../../src/core/window-wish.ts";
import { madeUpDaily, madeUpSummary } from "./made-up-numbers.ts";
import { demoPages, textOf } from "./pages.ts";

const HOSTILE = `</td></svg><script>alert("1")</script>`;

test("the page shows the numbers of the reader, with their change in words", async () => {
  const response = await demoPages().request("/metrics");
  expect(response.status).toBe(200);
  const text = textOf(await response.text());
  expect(text).toContain("The last 30 days");
  expect(text).toContain("22 Oct - 20 Nov 2026, against 22 Sep - 21 Oct 2026");
  expect(text).toContain("$16,394 ▲ $547 (30 days earlier $15,847)");
  expect(text).toContain("38 ± 14");
  expect(text).toContain("As of 2 min ago. Days end at midnight Europe/Berlin. Money is in USD.");
});

test("today is shown apart, as not over", async () => {
  const text = textOf(await (await demoPages().request("/metrics")).text());
  expect(text).toContain("Today so far 21 Nov until 21:40; the day is not over Sign-ups 3 Active users 171");
});

test("each of the three charts has its numbers as a table, today included", async () => {
  const page = await (await demoPages().request("/metrics?days=7")).text();
  expect(page.match(/<section class="panel" aria-labelledby="chart-/g)).toHaveLength(3);
  expect(page.match(/<details>/g)).toHaveLength(3);
  expect(page.match(/<td class="left">/g)).toHaveLength(3 * 8);
  expect(page).toContain("21 Nov 2026 (partial)");
});

test.each([
  ["/metrics", 30],
  ["/metrics?days=7", 7],
  ["/metrics?days=366", 366],
])("%s shows %i days and marks the period", async (address, days) => {
  const asked: WindowAsked[] = [];
  const pages = demoPages({
    summary: async (window) => (asked.push(window), madeUpSummary(window)),
  });
  const page = await (await pages.request(address)).text();
  expect(asked).toEqual([{ kind: "days", days }]);
  expect(page.includes('aria-current="page"')).toBe(days !== 366);
});

test.each([
  ["?days=0", "; you wrote 0"],
  ["?days=367", "; you wrote 367"],
  ["?days=abc", "; you wrote abc"],
  ["?days=1.5", "; you wrote 1.5"],
  ["?days=", "; you left it empty"],
  ["?days=7&days=8", "; it was given more than once"],
  [`?days=${encodeURIComponent(HOSTILE)}`, ""],
])("%s is refused with a sentence and not with a stack", async (query, ending) => {
  const response = await demoPages().request(`/metrics${query}`);
  const page = await response.text();
  expect(response.status).toBe(400);
  expect(textOf(page)).toContain(` days must be a whole number from 1 to 366${ending}`);
  expect(page).not.toContain("<script");
  expect(page).not.toMatch(/\.ts:\d+/);
});

test("nothing can run on the page: no script, and a policy that allows none and no other site", async () => {
  const response = await demoPages().request("/metrics");
  const page = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(page).not.toMatch(/<script|javascript:|\son[a-z]+=|\sstyle=/i);
  expect(page).not.toMatch(/(?:src|href|action)="(?!\/metrics)/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).not.toContain("unsafe");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("referrer-policy")).toBe("same-origin");
});

test("the policy allows exactly the style that the page has", async () => {
  const response = await demoPages().request("/metrics");
  const style = /<style>([^]*?)<\/style>/.exec(await response.text())?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(style.length).toBeGreaterThan(1_000);
  expect(response.headers.get("content-security-policy")).toContain(`style-src 'sha256-${hash}'`);
});

test("names from outside stay text", async () => {
  const top = { feature: HOSTILE, usage_count: 3, avg_response_time_ms: 1, p95_response_time_ms: null };
  const pages = demoPages({ summary: async (days) => ({ ...madeUpSummary(days), top_features: [top] }) });
  const page = await (await pages.request("/metrics")).text();
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script");
});

test("no data is said with the next step, and never shown as zero", async () => {
  const pages = demoPages({
    summary: async (days) => {
      const summary = madeUpSummary(days);
      return {
        ...summary,
        mrr: null,
        arr: null,
        nps_score: null,
        nps_interval: null,
        nps_responses: 0,
        api_uptime: null,
      };
    },
    daily: async (days) => {
      const daily = madeUpDaily(days);
      return { ...daily, days: daily.days.map((day) => ({ ...day, mrr: null })), today: { ...daily.today, mrr: null } };
    },
  });
  const page = await (await pages.request("/metrics")).text();
  const text = textOf(page);
  expect(text).toMatch(/ MRR no data Send revenue events\./);
  expect(text).toMatch(/ Uptime no data Send health_check events\./);
  expect(page).toContain('aria-label="MRR: no data yet."');
  expect(text).toContain("no data yet");
  expect(text).not.toContain("$0");
});

test("a nought on every day says how its source is connected", async () => {
  const pages = demoPages({
    summary: async (days) => ({ ...madeUpSummary(days), open_tickets: 0 }),
    daily: async (days) => {
      const daily = madeUpDaily(days);
      return { ...daily, days: daily.days.map((day) => ({ ...day, open_tickets: 0 })) };
    },
  });
  const text = textOf(await (await pages.request("/metrics")).text());
  expect(text).toMatch(/Open tickets 0 .*Open a support ticket, or send ticket events\./);
});

test("subscriptions without an exchange rate are said beside the MRR", async () => {
  const pages = demoPages({ summary: async (days) => ({ ...madeUpSummary(days), unconverted: 2 }) });
  const text = textOf(await (await pages.request("/metrics")).text());
  expect(text).toContain("without 2 subscriptions that have no exchange rate");
});

test("a new installation shows how the first event is sent, and looks again by itself", async () => {
  const pages = demoPages({ firstDay: async () => null });
  const response = await pages.request("/metrics");
  const page = await response.text();
  expect(response.status).toBe(200);
  expect(textOf(page)).toContain("No events yet");
  expect(textOf(page)).toContain(`curl http://localhost:3000/api/events`);
  expect(page).toContain('<meta http-equiv="refresh" content="10"');
});

test("on the first day there is only today so far, and no card without a complete day", async () => {
  const pages = demoPages({ firstDay: async () => Temporal.PlainDate.from("2026-11-21") });
  const page = await (await pages.request("/metrics")).text();
  expect(textOf(page)).toContain("The first full day ends at midnight Europe/Berlin.");
  expect(textOf(page)).toContain("Today so far");
  expect(page).not.toContain('class="cards"');
  expect(page).not.toContain("<svg");
});

test("a demo says on every page that its numbers are sample data", async () => {
  for (const address of ["/metrics", "/metrics?days=0", "/nowhere"]) {
    expect(textOf(await (await demoPages().request(address)).text())).toContain("sample data");
  }
});

test("a database that does not answer is a sentence, 503 and when to try again", async () => {
  const away = new Problem("database_unavailable", 503, "The database does not answer.", { next: "Try again soon." });
  const response = await demoPages({ summary: () => Promise.reject(away) }).request("/metrics");
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(textOf(await response.text())).toContain("The database does not answer. Try again soon.");
});

test("a bug is a neutral sentence with a reference that the log has too", async () => {
  const logged: unknown[] = [];
  const bug = () => Promise.reject(new Error("secret parameter 42"));
  const response = await demoPages({ daily: bug }, { onError: (fields) => logged.push(fields) }).request("/metrics");
  const text = textOf(await response.text());
  expect(response.status).toBe(500);
  expect(text).not.toContain("secret");
  const reference = /in the log under (\w{8})\./.exec(text)?.[1];
  expect(logged).toEqual([expect.objectContaining({ reference, name: "Error" })]);
  expect(JSON.stringify(logged)).not.toContain("secret");
});

test("the root leads to the numbers, and what is nowhere is 404", async () => {
  const root = await demoPages().request("/");
  expect([root.status, root.headers.get("location")]).toEqual([302, "/metrics"]);
  expect((await demoPages().request("/nowhere")).status).toBe(404);
  expect((await demoPages().request("/metrics", { method: "DELETE" })).status).toBe(404);
});

test("icon and font are served, to be kept by the browser", async () => {
  for (const [file, kind] of [
    ["icon.svg", "image/svg+xml"],
    ["inter-400.woff2", "font/woff2"],
    ["inter-600.woff2", "font/woff2"],
  ]) {
    const response = await demoPages().request(`/metrics/${file}`);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, kind]);
    expect(response.headers.get("cache-control")).toContain("max-age=604800");
  }
});

test("days without numbers break the lines instead of falling to zero", async () => {
  const pages = demoPages({
    daily: async (days) => {
      const daily = madeUpDaily(days);
      const hole = daily.days.map((day, index) => (index > 9 && index < 15 ? { ...day, mrr: null } : day));
      return { ...daily, days: hole };
    },
  });
  const page = await (await pages.request("/metrics")).text();
  expect(page).toContain("No data for 5 days.");
});

test("links lead to calendar windows, and a form to any days, without a script", async () => {
  const page = await (await demoPages().request("/metrics")).text();
  for (const query of [
    "days=7",
    "month=2026-11",
    "month=2026-10",
    "quarter=2026-Q4",
    "quarter=2026-Q3",
    "year=2026",
    "year=2025",
  ])
    expect(page).toContain(`href="/metrics?${query}"`);
  expect(page).toMatch(/<form method="get" action="\/metrics"[^]*name="from"[^]*name="to"[^]*name="compare"/);
  expect(page).not.toContain("<script");
});

test.each([
  ["?month=2026-10", "October 2026 1 Oct - 31 Oct 2026, against 1 Sep - 30 Sep 2026"],
  ["?quarter=2026-Q4", "Q4 2026 so far 1 Oct - 20 Nov 2026, against 1 Jul - 20 Aug 2026"],
  ["?year=2025&compare=none", "2025 1 Jan - 31 Dec 2025 7 days"],
  ["?from=2026-10-05&to=2026-10-06&compare=year", "5 Oct - 6 Oct 5 Oct - 6 Oct 2026, against 5 Oct - 6 Oct 2025"],
])("%s names its window and what it is set beside", async (query, text) => {
  const response = await demoPages().request(`/metrics${query}`);
  expect(response.status).toBe(200);
  expect(textOf(await response.text())).toContain(text);
});

test("the link to the window that is shown is marked, and what it is set beside is kept", async () => {
  const page = await (await demoPages().request("/metrics?month=2026-10&compare=year")).text();
  expect(page).toMatch(/href="\/metrics\?month=2026-10&amp;compare=year"\s+aria-current="page"/);
  expect(page.match(/aria-current="page"/g)).toHaveLength(1);
});

test.each([
  ["?month=2026-12", "December 2026 has no complete day yet: the last complete day is 2026-11-20."],
  ["?days=7&month=2026-10", "days and month contradict each other."],
  ["?compare=before", "compare must be previous, year or none; you wrote before."],
])("%s is refused with a sentence and the windows that there are", async (query, sentence) => {
  const response = await demoPages().request(`/metrics${query}`);
  const page = await response.text();
  expect(response.status).toBe(400);
  expect(textOf(page)).toContain(sentence);
  expect(page).toContain('href="/metrics?days=7"');
});

test("a change that may be chance has neither colour nor arrow", async () => {
  const pages = demoPages({
    summary: async (window) => {
      const summary = madeUpSummary(window);
      const change = { absolute: 12, percent: 3, clear: false };
      return {
        ...summary,
        new_signups: 348,
        previous: { ...madeUpSummary(window), ...summary.previous, new_signups: 336 } as typeof summary.previous,
        change: { ...summary.change, new_signups: change } as typeof summary.change,
      };
    },
  });
  const page = await (await pages.request("/metrics")).text();
  expect(page).toContain('<p class="change neutral">no clear change, was 336 (the 30 days before)</p>');
});
