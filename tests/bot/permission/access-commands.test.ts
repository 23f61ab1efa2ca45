import { describe, expect, test } from "vitest";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import type { Message } from "../../../src/bot/message.ts";
import { createAccessBook } from "../../../src/bot/permission/access-book.ts";
import { readAudit } from "../../../src/bot/permission/audit-store.ts";
import { createGate } from "../../../src/bot/permission/gate.ts";
import { referenceText } from "../../../src/bot/permission/reference.ts";
import { standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import type { Asker, Place } from "../../../src/bot/asker.ts";
import { runText } from "../../../src/bot/run-command.ts";
import { createTestDatabase } from "../../support/database.ts";
import { clock, madeUpReader, workspace, noSurveys } from "../support/made-up-numbers.ts";

const admin: Asker = { platform: "slack", person: "U9", groups: [], standing: "admin" };
const member: Asker = { platform: "slack", person: "U1", groups: [], standing: "member" };
const general: Place = { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null };

async function world() {
  const db = await createTestDatabase();
  const standing = standingPolicy([], [], []);
  const accessBook = createAccessBook(db, standing);
  const commands = createCommands({
    ...noSurveys,
    db,
    accessBook,
    reader: madeUpReader(),
    clock,
    workspace,
    firstEvent: "curl",
  });
  const gate = createGate({ db, standing });
  const nameOf = async (subject: Parameters<typeof referenceText>[0]) => `@${referenceText(subject)}`;
  const ask = async (asker: Asker, text: string, audience: "person" | "everyone" = "person") => {
    const outcome = await runText(text, { commands, gate, prefix: "/", asker, place: general, audience, nameOf });
    return { ...outcome, text: textOf(outcome.message) };
  };
  return { db, ask };
}

function textOf({ blocks }: Message): string {
  return blocks.map((block) => JSON.stringify(block)).join(" ");
}

describe("access grant and revoke", () => {
  test("a grant to a group keeps others from it, and says so; everyone opens it again", async () => {
    const { ask } = await world();
    expect((await ask(member, "metrics show mrr")).ok).toBe(true);
    const granted = await ask(admin, "access grant <!subteam^S1|@founders>");
    expect(granted.text).toContain("Done: @slack:S1 may ask for revenue.");
    expect(granted.text).toContain("from now on nobody else can");
    expect((await ask(member, "metrics show mrr")).text).toContain("You may not see revenue.");
    expect((await ask({ ...member, groups: ["S1"] }, "metrics show mrr")).ok).toBe(true);
    expect((await ask(member, "metrics show dau")).ok).toBe(true);
    await ask(admin, "access revoke <!subteam^S1|@founders>");
    expect((await ask(member, "metrics show mrr")).ok).toBe(false);
    await ask(admin, "access grant everyone");
    expect((await ask(member, "metrics show mrr")).ok).toBe(true);
  });

  test("a channel is opened for money and closed again", async () => {
    const { ask } = await world();
    expect((await ask(member, "metrics show mrr", "everyone")).text).toContain("everyone can read it");
    expect((await ask(admin, "access grant <#C1|general>")).text).toContain("Done: @slack:C1 may be shown revenue.");
    expect((await ask(member, "metrics show mrr", "everyone")).ok).toBe(true);
    expect((await ask(admin, "access revoke <#C1|general>")).text).toContain("may not be shown revenue any more");
    expect((await ask(member, "metrics show mrr", "everyone")).ok).toBe(false);
  });

  test("a summary in a channel goes without money, and is whole in private", async () => {
    const { ask } = await world();
    const shared = await ask(member, "metrics summary", "everyone");
    expect(shared.ok).toBe(true);
    expect(shared.text).not.toMatch(/MRR|\$|churn/);
    expect(shared.text).toContain("Revenue is not shown in #general: everyone can read it.");
    expect((await ask(member, "metrics summary --compare", "everyone")).text).not.toMatch(/MRR|ARR|\$|churn/i);
    expect((await ask(member, "metrics summary")).text).toContain("$16,412");
    expect((await ask(member, "digest preview", "everyone")).text).not.toMatch(/MRR|\$/);
  });

  test("somebody may be made an admin, who is then named in refusals", async () => {
    const { ask } = await world();
    expect((await ask(member, "access grant everyone")).text).toContain("Ask an admin of the workspace to allow it");
    await ask(admin, "access grant <@U1> all administer");
    expect((await ask(member, "access grant <@U2>")).ok).toBe(true);
    expect((await ask({ ...member, person: "U3" }, "access show")).text).toContain("Ask @slack:U1 to allow it");
  });

  test.each([
    ["access grant kim", "Mention a person, a group or a channel"],
    ["access grant", "needs a person"],
    ["access grant <@U1> money", "must be `revenue`"],
    ["access grant <@U1> revenue show", "Numbers are shown to channels."],
    ["access grant <#C1> all administer", "Only a person, a group or a role"],
  ])("`%s` is not understood, and changes nothing", async (text, words) => {
    const { ask, db } = await world();
    const refused = await ask(admin, text);
    expect([refused.ok, refused.text]).toEqual([false, expect.stringContaining(words)]);
    expect(await db.read.run((sql) => readAudit(sql, 1))).toEqual([]);
  });

  test("is not shared with a channel", async () => {
    const { ask } = await world();
    expect((await ask(admin, "access show")).isShareable).toBe(false);
    expect((await ask(admin, "access grant everyone", "everyone")).ok).toBe(false);
    expect((await ask(member, "metrics summary")).isShareable).toBe(true);
  });

  test("show lists rules, defaults and admins", async () => {
    const { ask } = await world();
    await ask(admin, "access grant <@U1> revenue names");
    const shown = await ask(admin, "access show");
    expect(shown.text).toContain('["@slack:U1","may","see the names of accounts in revenue"]');
    expect(shown.text).toContain('["everyone","may not","see the names of accounts in revenue"]');
    expect(shown.text).toContain("The admins of the Slack workspace");
    expect(shown.text).toContain("guests may not");
  });

  test("who changed what is on record", async () => {
    const { ask, db } = await world();
    await ask(admin, "access grant <@U1>");
    await ask(admin, "access revoke <@U1>");
    expect((await db.read.run((sql) => readAudit(sql, 1))).map(({ at: _, ...entry }) => entry)).toEqual([
      { actor: "slack:U9", action: "access granted", subject: "slack:U1", detail: { may: "ask", group: "revenue" } },
      { actor: "slack:U9", action: "access revoked", subject: "slack:U1", detail: { may: "ask", group: "revenue" } },
    ]);
  });

  test("two admins at once leave one rule of each", async () => {
    const { ask, db } = await world();
    await Promise.all(Array.from({ length: 8 }, (_, index) => ask(admin, `access grant <@U${index}>`)));
    const rules = await db.read.run((sql) => sql`select subject_kind from access_rules`);
    expect(rules.filter((one) => one["subject_kind"] === "everyone")).toHaveLength(1);
    expect(rules).toHaveLength(9);
  });
});
