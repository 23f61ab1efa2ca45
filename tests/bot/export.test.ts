import { describe, expect, test } from "vitest";
import type { AnswerFile } from "../../src/bot/answer-file.ts";
import type { Asker, Place } from "../../src/bot/asker.ts";
import { createExport } from "../../src/bot/commands/export.ts";
import { writeRules } from "../../src/bot/permission/access-store.ts";
import { readAudit } from "../../src/bot/permission/audit-store.ts";
import { createGate } from "../../src/bot/permission/gate.ts";
import { standingPolicy } from "../../src/bot/permission/standing-policy.ts";
import { runText } from "../../src/bot/run-command.ts";
import { Temporal } from "../../src/core/time.ts";
import { createExporter } from "../../src/metrics/export/exporter.ts";
import { ADMIN_KEY, bearer, createRig, NO_DATABASE } from "../api/support.ts";
import { SILENT } from "../support/silent.ts";
import { createTestWorld } from "../support/world.ts";
import { rule } from "./permission/matrix.ts";
import { noRules } from "./support/made-up-numbers.ts";

const NOW = "2026-11-20T09:00:00Z";
const member: Asker = { platform: "slack", person: "U1", groups: [], standing: "member" };
const place: Place = { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null };

async function world() {
  const made = await createTestWorld({ now: NOW, timeZone: "Europe/Berlin" });
  const { db, workspace } = made;
  const clock = { now: () => Temporal.Instant.from(NOW) };
  const exporter = createExporter({ db, clock, workspace, log: SILENT });
  const context = { ...made, exporter, accessBook: noRules, clock, workspace, firstEvent: "curl …" };
  const commands = [createExport(context)];
  const gate = createGate({ db, standing: standingPolicy([], [], []) });
  const { api } = createRig(NO_DATABASE, { exporter });
  return {
    ...made,
    ask: (text: string, asker: Asker = member, audience: "person" | "everyone" = "person") =>
      runText(text, { commands, gate, prefix: "/", asker, place, audience, nameOf: async () => "@kim" }),
    http: async (path: string) => {
      const answer = await api.request(`/api/analytics/export/${path}`, { headers: bearer(ADMIN_KEY) });
      return Buffer.from(await answer.arrayBuffer());
    },
    audit: () => db.work.run((sql) => readAudit(sql, 1)),
  };
}

async function wholeOf(file: AnswerFile | undefined): Promise<Buffer> {
  if (file === undefined) throw new Error("no file came");
  const bytes = await file.open();
  const parts: Uint8Array[] = [];
  for (let part = await bytes.next(); part !== null; part = await bytes.next()) parts.push(part);
  return Buffer.concat(parts);
}

const EVENTS = [
  { type: "signup", occurred_at: "2026-11-16T10:00:00Z", user_id: "u1" },
  ...["=1+2", "@u2", 'ü,"3"'].map((user_id, index) => ({
    type: "request",
    occurred_at: `2026-11-1${7 + index}T10:00:00.25Z`,
    user_id,
    method: "GET",
    route: "/users/:id",
    status: 200,
    duration_ms: 41.5,
  })),
  {
    type: "revenue",
    occurred_at: "2026-11-17T10:00:00Z",
    account_id: "globex",
    kind: "subscription",
    plan: "Pro",
    amount: 7900,
    currency: "USD",
    interval: "month",
  },
];

describe("/metrics export", () => {
  test.each(["daily-metrics", "usage", "agent-sessions"])("%s gives byte for byte what HTTP gives", async (what) => {
    const { post, settle, ask, http } = await world();
    await post(EVENTS);
    await settle();
    for (const days of [1, 7, 30]) {
      const { ok, file } = await ask(`metrics export ${what} --days ${days}`);
      expect(ok).toBe(true);
      const whole = await wholeOf(file);
      expect(whole.equals(await http(`${what}?days=${days}`))).toBe(true);
      expect(whole.toString("utf8").split("\n").length).toBeGreaterThan(1);
    }
  });

  test("gives the numbers that chat gives, one line a day, empty where there is no data", async () => {
    const { post, settle, ask, reader } = await world();
    await post(EVENTS);
    await settle();
    const text = (await wholeOf((await ask("metrics export daily-metrics --days 7")).file)).toString("utf8");
    const [head = "", ...lines] = text.trimEnd().split("\n");
    const rows = lines.map((line) =>
      Object.fromEntries(line.split(",").map((cell, at) => [head.split(",")[at], cell])),
    );
    const series = await reader.series("mrr", 7);
    for (const row of rows) {
      const point = series.points.find(({ date }) => date === row["date"]);
      expect(row["mrr"] === "" ? null : Number(row["mrr"])).toBe(point?.value);
    }
    expect(rows.map(({ date }) => date)).toEqual(["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"]);
    expect(rows.at(-1)).toMatchObject({ nps: "" });
  });

  test("is named after its days, and says what is in it", async () => {
    const { post, settle, ask } = await world();
    await post(EVENTS);
    await settle();
    const { file, message, isShareable } = await ask("metrics export usage --days 7");
    expect(file).toMatchObject({ name: "usage-2026-11-13-to-2026-11-19.csv", mediaType: "text/csv" });
    expect(file?.elsewhere).toContain("GET /api/analytics/export/usage?days=7");
    expect(message.title).toBe("Requests · 13 Nov - 19 Nov");
    expect(isShareable).toBe(false);
  });

  test("is for whoever asked alone", async () => {
    const { ask } = await world();
    const shared = await ask("metrics export usage", member, "everyone");
    expect(shared).toMatchObject({ ok: false, data: { complaint: "This answer is for you alone." } });
    expect(shared.file).toBeUndefined();
  });

  test("of all numbers is not for whoever may not see money, and that of people not for whoever may not see names", async () => {
    const { db, ask } = await world();
    const rules = ["slack:U9 may ask revenue", "everyone may not ask revenue", "everyone may not names usage"];
    await db.work.run((sql) => writeRules(sql, rules.map(rule), "slack:U9"));
    const refusals = await Promise.all(["daily-metrics", "usage"].map((what) => ask(`metrics export ${what}`)));
    expect(refusals.map(({ ok, file }) => ({ ok, file }))).toEqual([
      { ok: false, file: undefined },
      { ok: false, file: undefined },
    ]);
    expect(refusals.map(({ data }) => (data as { complaint: string }).complaint)).toEqual([
      expect.stringContaining("You may not see revenue."),
      expect.stringContaining("You may not see the names of accounts."),
    ]);
  });

  test("is refused to guests", async () => {
    const { ask } = await world();
    expect((await ask("metrics export usage", { ...member, standing: "guest" })).ok).toBe(false);
  });

  test("is on record, given or not", async () => {
    const { ask, audit } = await world();
    await ask("metrics export usage");
    await ask("metrics export daily-metrics", { ...member, person: "U2", standing: "guest" });
    expect((await audit()).map(({ actor, action, subject, detail }) => ({ actor, action, subject, detail }))).toEqual([
      {
        actor: "slack:U1",
        action: "asked for a file",
        subject: "metrics export usage",
        detail: { channel: "slack:C1", kind: "public", given: true },
      },
      expect.objectContaining({ actor: "slack:U2", action: "asked for money" }),
      expect.objectContaining({
        actor: "slack:U2",
        action: "asked for a file",
        detail: expect.objectContaining({ given: false }),
      }),
    ]);
  });

  test("before the first event gives no file but the next step", async () => {
    const { ask } = await world();
    const { file, message } = await ask("metrics export usage");
    expect(file).toBeUndefined();
    expect(JSON.stringify(message)).toContain("No events yet");
  });
});
