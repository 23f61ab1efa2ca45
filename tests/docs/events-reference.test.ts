import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EVENT_TYPES } from "../../src/events/event-type.ts";
import { revenueEventName } from "../../src/events/schema/revenue.ts";
import type { MetricName } from "../../src/metrics/catalogue.ts";
import { valueOn, worldOf, type Told } from "../golden/told.ts";

interface Example {
  readonly name: string;
  readonly events: readonly Told[];
  /** Each row: the day, then a value for each metric. */
  readonly metrics: readonly MetricName[];
  readonly rows: readonly (readonly string[])[];
}

const PAGE = readFileSync("docs/events.md", "utf8");
const EXAMPLES = PAGE.split(/^### /m).slice(1).flatMap(exampleOf);

function exampleOf(section: string): Example[] {
  const [name = ""] = section.split("\n", 1);
  const [, json] = /^```json\n(.*?)^```$/ms.exec(section) ?? [];
  if (json === undefined) return [];
  const [, columns = "", rows = ""] = /^\| at the end of \|(.*)\|\n\|[-|]+\|\n((?:\|.*\|\n?)+)/m.exec(section) ?? [];
  const metrics = cellsOf(columns).map((column) => (column === "MRR" ? "mrr" : column) as MetricName);
  return [
    {
      name,
      events: JSON.parse(json) as Told[],
      metrics,
      rows: rows
        .trim()
        .split("\n")
        .map(cellsOf)
        .filter(([day]) => day !== ""),
    },
  ];
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split("|")
    .map((cell) => cell.trim())
    .filter((cell) => cell !== "");
}

test("every type of event and every revenue event has an example", () => {
  const events = EXAMPLES.flatMap((example) => example.events);
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  const shown = new Set(events.map(({ event }) => event).filter((event) => event !== undefined));
  expect(shown).toEqual(new Set(revenueEventName().options.filter((name) => name !== "cancelled")));
});

test.each(EXAMPLES.map((example) => [example.name, example] as const))(
  "the example %s is accepted and counts as it says",
  async (_, example) => {
    const world = await worldOf(example.events);
    for (const [day = "", ...values] of example.rows) {
      const told = await Promise.all(example.metrics.map((metric) => valueOn(world, metric, day)));
      const expected = values.map((value) => (value === "no data" ? null : Number(value)));
      expect(told, `${day}: ${example.metrics.join(", ")}`).toEqual(expected);
    }
  },
);
