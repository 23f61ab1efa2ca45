import { describe, expect, test } from "vitest";
import { writeRules } from "../../../src/bot/permission/access-store.ts";
import { readAudit } from "../../../src/bot/permission/audit-store.ts";
import { createGate } from "../../../src/bot/permission/gate.ts";
import { ADMINISTERS, ALL_GROUPS, asks, ASKS_ALL, FREE, MANAGES } from "../../../src/bot/permission/need.ts";
import type { Subject } from "../../../src/bot/permission/policy.ts";
import { readReference } from "../../../src/bot/permission/reference.ts";
import { standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import type { Asker, Place } from "../../../src/bot/asker.ts";
import { createTestDatabase } from "../../support/database.ts";
import { rule } from "./matrix.ts";

const NAMES: Readonly<Record<string, string>> = { "slack:U2": "@kim", "slack:C2": "#founders" };
const nameOf = async (subject: Subject) =>
  NAMES[subject.kind === "everyone" ? "" : `${subject.platform}:${subject.id}`] ?? "@somebody";
const asker: Asker = { platform: "slack", person: "U1", groups: [], standing: "member" };
const general: Place = { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null };
const visit = { asker, place: general, audience: "person", prefix: "/", nameOf } as const;
const shared = { ...visit, audience: "everyone" } as const;
const kim = readReference("slack:U2");
const standing = standingPolicy(kim === null ? [] : [kim], [], [{ platform: "slack", channel: "C2" }]);

let db: Awaited<ReturnType<typeof createTestDatabase>>;
async function gateWith(...rules: readonly string[]) {
  db = await createTestDatabase();
  await db.work.run((sql) => writeRules(sql, rules.map(rule), "slack:U2"));
  return createGate({ db, standing });
}

describe("what is refused says what, why and whom to ask", () => {
  test.each([
    [
      "money in a channel that all can read",
      [],
      asks("revenue"),
      shared,
      "Revenue is not shown in #general: everyone can read it. Ask in #founders, or ask @kim to allow it (`/access grant`).",
    ],
    [
      "money in a channel of several organisations",
      [],
      asks("revenue"),
      { ...shared, place: { ...general, kind: "shared" } },
      "Revenue is not shown in #general: people of other organisations can read it. Ask in #founders, or ask @kim to allow it (`/access grant`).",
    ],
    [
      "money where Slack does not say who reads",
      [],
      asks("revenue"),
      { ...shared, place: { ...general, kind: "unknown", name: null } },
      "Revenue is not shown in this channel: Slack does not say who can read it. Invite Bellwether there. Ask in #founders, or ask @kim to allow it (`/access grant`).",
    ],
    [
      "money that others may see",
      ["everyone may not ask revenue"],
      asks("revenue"),
      visit,
      "You may not see revenue. Ask @kim to allow it (`/access grant`).",
    ],
    [
      "two groups",
      ["everyone may not ask *"],
      asks("people", "usage"),
      visit,
      "You may not see people and usage. Ask @kim to allow it (`/access grant`).",
    ],
    [
      "a guest",
      [],
      ASKS_ALL,
      { ...visit, asker: { ...asker, standing: "guest" } },
      "Guests may not see the numbers. Ask @kim to allow it (`/access grant`).",
    ],
    [
      "somebody unknown",
      [],
      asks("revenue"),
      { ...visit, asker: { ...asker, standing: "unknown" } },
      "Revenue is not shown: Slack does not say who you are. Try again in a minute. Ask @kim to allow it (`/access grant`).",
    ],
    [
      "to change digests",
      ["everyone may not manage *"],
      MANAGES,
      visit,
      "You may not change digests, alerts and surveys. Ask @kim to allow it (`/access grant`).",
    ],
    [
      "to change access",
      [],
      ADMINISTERS,
      visit,
      "You may not change who sees what. Ask @kim to allow it (`/access grant`).",
    ],
  ] as const)("%s", async (_, rules, need, who, complaint) => {
    expect(await (await gateWith(...rules)).admit("metrics x", need, who)).toEqual({ ok: false, complaint });
  });

  test("without a named admin, an admin of the workspace or server is to be asked", async () => {
    await gateWith();
    const gate = createGate({ db, standing: standingPolicy([], [], []) });
    const refused = await gate.admit("metrics show", asks("revenue"), shared);
    expect(refused).toMatchObject({ complaint: expect.stringContaining("Ask an admin of the workspace to allow it") });
    const onDiscord = { ...shared, place: { ...general, platform: "discord" } } as const;
    expect(await gate.admit("metrics show", asks("revenue"), onDiscord)).toMatchObject({
      complaint: expect.stringContaining("Ask an administrator of the server"),
    });
  });
});

describe("the gate", () => {
  test("follows a rule from the moment it is set", async () => {
    const gate = await gateWith();
    expect((await gate.admit("metrics show", asks("revenue"), visit)).ok).toBe(true);
    await db.work.run((sql) => writeRules(sql, [rule("everyone may not ask revenue")], "slack:U2"));
    expect((await gate.admit("metrics show", asks("revenue"), visit)).ok).toBe(false);
    await db.work.run((sql) => writeRules(sql, [rule("everyone may ask revenue")], "slack:U2"));
    expect((await gate.admit("metrics show", asks("revenue"), visit)).ok).toBe(true);
  });

  test("lets a summary through without money, and says so", async () => {
    const admission = await (await gateWith()).admit("metrics summary", ASKS_ALL, shared);
    expect(admission.ok && [...admission.view.groups]).toEqual(ALL_GROUPS.filter((group) => group !== "revenue"));
    expect(admission).toMatchObject({ view: { leftOut: expect.stringContaining("Revenue is not shown in #general") } });
  });

  test("notes who asked for money, where, and whether it was shown; nothing of other questions", async () => {
    const gate = await gateWith();
    await gate.admit("metrics show", asks("revenue"), visit);
    await gate.admit("metrics summary", ASKS_ALL, shared);
    await gate.admit("metrics show", asks("people"), visit);
    await gate.admit("metrics help", FREE, visit);
    expect((await db.read.run((sql) => readAudit(sql, 1))).map(({ at: _, ...entry }) => entry)).toEqual([
      {
        actor: "slack:U1",
        action: "asked for money",
        subject: "metrics show",
        detail: { channel: "slack:C1", kind: "public", audience: "person", shown: true },
      },
      {
        actor: "slack:U1",
        action: "asked for money",
        subject: "metrics summary",
        detail: { channel: "slack:C1", kind: "public", audience: "everyone", shown: false },
      },
    ]);
  });

  test("shows nothing while the policy cannot be read", async () => {
    const away = { ...db, read: { ...db.read, run: () => Promise.reject(new Error("away")) } };
    await expect(createGate({ db: away, standing }).admit("metrics show", asks("people"), visit)).rejects.toThrow(
      "away",
    );
  });

  test("tells a digest what its channel may be told, and notes when that is without money", async () => {
    const gate = await gateWith();
    const where = { prefix: "/", nameOf };
    const inGeneral = await gate.viewOf("digest slack:C1", ALL_GROUPS, { ...where, place: general });
    expect([inGeneral.groups.has("revenue"), inGeneral.names.has("revenue")]).toEqual([false, false]);
    expect(inGeneral.leftOut).toContain("Revenue is not shown in #general: everyone can read it.");
    const chosen = await gate.viewOf("digest slack:C2", ALL_GROUPS, { ...where, place: { ...general, channel: "C2" } });
    expect(chosen.groups.size).toBe(ALL_GROUPS.length);
    expect(chosen.names.has("revenue")).toBe(true);
    expect(
      (await db.read.run((sql) => readAudit(sql, 1))).map(({ actor, action, subject }) => [actor, action, subject]),
    ).toEqual([["bellwether", "money left out of a message", "digest slack:C1"]]);
  });
});
