import { expect, test } from "vitest";
import { writeDemoState } from "../../src/demo/store.ts";
import type { Foundation } from "../../src/foundation.ts";
import { openDemo } from "../../src/operations/demo.ts";
import type { Rooms } from "../../src/rooms.ts";
import { createTestDatabase } from "../support/database.ts";

const said: string[] = [];
const output = { write: (text: string) => void said.push(text), isTerminal: false };
/** Neither a filled demo nor one that is being filled is touched. */
const UNTOUCHED = {} as Rooms;

async function demoWith(filledUntil: string | null) {
  const db = await createTestDatabase();
  await writeDemoState(db, { firstDay: "2025-11-20", filledUntil });
  const foundation = { db } as unknown as Foundation;
  return openDemo(output, { foundation, rooms: UNTOUCHED, dataDir: "/nowhere/data-demo" });
}

test("a question to a demo that is filled goes straight on", async () => {
  await demoWith("2026-11-20T09:00:00Z");
  expect(said).toEqual([]);
});

test("a question to a demo that is being filled, or whose filling was cut short, is refused with what to do", async () => {
  await expect(demoWith(null)).rejects.toMatchObject({
    code: "demo_not_filled",
    next: "Wait until that command is done, or run `npm start -- --demo`, which generates it again.",
  });
});
