import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { Temporal } from "../../../src/core/time.ts";
import { CAUSE } from "../../../src/events/cause.ts";
import { setRate } from "../../../src/metrics/rollup/rates-store.ts";
import { importing } from "../../../src/operations/import.ts";
import type { OperationParts, Result } from "../../../src/operations/operation.ts";
import { openLiveApi } from "../../api/live-api.ts";
import { createTestWorld } from "../../support/world.ts";

const NOW = "2026-12-01T12:00:00Z";
const FOLDER = dirname(fileURLToPath(import.meta.url));

export type Numbers = Readonly<Record<string, unknown>>;

interface Report {
  readonly rates?: readonly (readonly [currency: string, rate: string, day: string])[];
  readonly events: readonly Numbers[];
}

async function reportOf(name: string): Promise<Report> {
  const text = await readFile(join(FOLDER, `${name}.json`), "utf8");
  const twoSecondsAgo = Temporal.Instant.from(NOW).subtract({ seconds: 2 }).toString();
  return JSON.parse(text.replaceAll("$NOW-2s", twoSecondsAgo)) as Report;
}

/** A workspace in which what was reported has happened. */
export async function told(name: string | null) {
  const world = await createTestWorld({ now: NOW });
  const live = openLiveApi(world.db, NOW, world.workspace);
  const report: Report = name === null ? { events: [] } : await reportOf(name);
  for (const [currency, rate, day] of report.rates ?? [])
    await world.db.work.run((sql) => setRate(sql, { currency, rate, day }, CAUSE.settings));
  const sent = await live.send("/api/events", JSON.stringify({ events: report.events }));
  await world.settle();
  const ask = async (path: string): Promise<Numbers> => {
    const { status, answer } = await live.ask(path);
    expect([path, status]).toEqual([path, 200]);
    return answer;
  };
  return {
    ...world,
    sent: sent.answer as { readonly accepted: number; readonly rejected: readonly { index: number; code: string }[] },
    ask,
    november: () => ask("/api/metrics/revenue-breakdown?days=30"),
    async on(date: string): Promise<Numbers> {
      const { days, today } = (await ask("/api/metrics/daily?days=60")) as unknown as {
        days: readonly Numbers[];
        today: Numbers;
      };
      return [...days, today].find((day) => day["date"] === date) ?? {};
    },
    valueOn: async (metric: string, date: string): Promise<unknown> => {
      const { points } = (await ask(`/api/metrics/series/${metric}?days=60`)) as unknown as {
        points: readonly Numbers[];
      };
      return points.find((point) => point["date"] === date)?.["value"];
    },
    import: async (file: string, ...words: string[]): Promise<Result> => {
      const parts = {
        foundation: { db: world.db },
        rooms: { intake: world.intake },
        write: () => {},
        progress: { write() {}, isTerminal: false },
      };
      const result = await importing.run([join(FOLDER, file), ...words], parts as unknown as OperationParts);
      await world.settle();
      return result;
    },
  };
}
