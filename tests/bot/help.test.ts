import { describe, expect, test } from "vitest";
import type { Asker, Place, Standing } from "../../src/bot/asker.ts";
import { isOffered } from "../../src/bot/permission/admission.ts";
import { EVERYTHING } from "../../src/bot/permission/view.ts";
import { runText } from "../../src/bot/run-command.ts";
import { Problem } from "../../src/core/problem.ts";
import type { Gate } from "../../src/bot/permission/gate.ts";
import { rule } from "./permission/matrix.ts";
import { commandsOf } from "./support/asking.ts";
import { wordsOf } from "./support/reading-words.ts";

const place: Place = { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null };
const nameOf = async () => "@kim";

async function helpFor(standing: Standing, text = "metrics help", rules: readonly string[] = [], gate?: Partial<Gate>) {
  const asker: Asker = { platform: "slack", person: "U1", groups: [], standing };
  const policy = { admins: [], rules: rules.map(rule) };
  const whole: Gate = {
    admit: async () => ({ ok: true, view: EVERYTHING }),
    offers: async (visit) => (need) => isOffered(policy, need, visit),
    viewOf: async () => EVERYTHING,
    ...gate,
  };
  const visit = { asker, place, audience: "person", prefix: "/", nameOf } as const;
  const { message, data } = await runText(text, { commands: commandsOf(), gate: whole, ...visit });
  return { words: wordsOf(message).join("\n"), data };
}

describe("metrics help", () => {
  test("shows the questions first, what else there is by its name, and how to see all that commands take", async () => {
    const { words } = await helpFor("admin");
    expect(words).toContain("/metrics revenue | MRR: what came and what went, how well it stays, by plan");
    expect(words).toContain("/metrics show <metric> | one metric, drawn and in numbers");
    expect(words).toMatch(/\/digest \| preview, list, subscribe/);
    expect(words).toContain("/access | show, grant, revoke");
    expect(words).toContain("[All that commands take: /digest: metrics help digest]");
  });

  test("of one subject shows all that its commands take", async () => {
    const { words } = await helpFor("admin", "metrics help metrics");
    expect(words).toContain("/metrics funnel [--days 30] | ");
    expect(words).not.toContain("/digest preview");
  });

  test("lists for a member nothing that only admins may do", async () => {
    expect((await helpFor("member")).words).not.toContain("/access");
    expect((await helpFor("member", "metrics help access")).words).toContain("None of these commands is open to you.");
  });

  test("lists no revenue, and no metric of it, for those who may not see it", async () => {
    const { words, data } = await helpFor("member", "metrics help all", ["everyone may not ask revenue"]);
    expect(words).not.toContain("/metrics revenue");
    expect(words).not.toMatch(/\bmrr\b/);
    expect(words).toContain("/metrics funnel");
    expect(words).toContain("/metrics show <metric>");
    expect(JSON.stringify(data)).not.toContain("Monthly recurring revenue");
  });

  test("lists no numbers for a guest", async () => {
    const { words } = await helpFor("guest");
    for (const command of [
      "summary",
      "show",
      "revenue",
      "funnel",
      "features",
      "support",
      "errors",
      "explain",
      "export",
    ])
      expect(words).not.toContain(`/metrics ${command}`);
    expect(words).toContain("/metrics help");
  });

  test("lists everything when the policy cannot be read, so that it can be read while the database is away", async () => {
    const offers = () => Promise.reject(new Problem("database_unavailable", 503, "The database does not answer."));
    expect((await helpFor("guest", "metrics help", [], { offers })).words).toContain("/metrics revenue");
  });
});
