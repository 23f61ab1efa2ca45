import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { DEFAULT_POLICIES } from "../../src/core/workspace.ts";
import { refuseOutdated, settleWorkspace, storeWorkspace, wished } from "../../src/db/workspace-store.ts";
import { workspaceWish } from "../../src/foundation.ts";
import { createTestDatabase } from "../support/database.ts";

const OTHERS = {
  MAU_WINDOW: "28",
  CANCEL_AT: "request",
  PAUSED_COUNTS: "true",
  GROSS_MARGIN: "82.5",
  NPS_DAYS: "90",
  ACTIVATION_MILESTONES: "invited, profile_completed",
  HEALTH_GAP: "600",
  REOPEN_DAYS: "14",
  DISCOUNTS: "ignored",
};

const wishOf = (environment: Record<string, string>) => workspaceWish(readConfig(environment));

test("policies are decided at the first start and kept when the configuration says nothing later", async () => {
  const db = await createTestDatabase();
  const first = await settleWorkspace(db, wishOf(OTHERS));
  expect(first.policies).toEqual({
    mauWindow: "28",
    cancelAt: "request",
    pausedCounts: true,
    grossMargin: 82.5,
    npsDays: 90,
    activationMilestones: ["invited", "profile_completed"],
    healthGapSeconds: 600,
    reopenDays: 14,
    discounts: "ignored",
  });
  expect(await settleWorkspace(db, wishOf({}))).toEqual(first);
});

test("without a word in the configuration the policies are the defaults", async () => {
  const db = await createTestDatabase();
  expect((await settleWorkspace(db, wishOf({}))).policies).toEqual(DEFAULT_POLICIES);
});

test.each(Object.entries(OTHERS))("another %s later is refused by name, with the way out", async (name, value) => {
  const db = await createTestDatabase();
  await settleWorkspace(db, {});
  const refused = settleWorkspace(db, wishOf({ [name]: value }));
  await expect(refused).rejects.toMatchObject({
    code: "settings_differ",
    detail: expect.stringContaining(`${name} is`),
  });
  await expect(refused).rejects.toMatchObject({ next: expect.stringContaining("settings apply") });
});

test("a policy that is stored by another program is noticed by who works with the old one", async () => {
  const db = await createTestDatabase();
  const before = await settleWorkspace(db, {});
  await db.work.transaction((sql) => storeWorkspace(sql, wished(before, wishOf({ NPS_DAYS: "7" }))));
  const outdated = db.work.run((sql) => refuseOutdated(sql, before));
  await expect(outdated).rejects.toMatchObject({ code: "settings_differ" });
});

test("a workspace that was stored before there were policies has the defaults", async () => {
  const db = await createTestDatabase();
  await db.work.run(
    (sql) => sql`
      insert into settings (name, value)
      values ('workspace', '{"timeZone": "UTC", "currency": "USD", "activationDays": 7}')`,
  );
  expect((await settleWorkspace(db, {})).policies).toEqual(DEFAULT_POLICIES);
});

test.each([
  ["MAU_WINDOW", "29"],
  ["CANCEL_AT", "later"],
  ["PAUSED_COUNTS", "yes"],
  ["GROSS_MARGIN", "0"],
  ["GROSS_MARGIN", "100.01"],
  ["GROSS_MARGIN", "1e2"],
  ["NPS_DAYS", "0"],
  ["ACTIVATION_MILESTONES", "a,,b"],
  ["ACTIVATION_MILESTONES", "a,a"],
  ["HEALTH_GAP", "5"],
])("%s=%s is refused at the start", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(`${name} must be`);
});
