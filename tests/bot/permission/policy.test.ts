import { describe, expect, test } from "vitest";
import { admissionOf, isOffered, type Visit } from "../../../src/bot/permission/admission.ts";
import { ALL_GROUPS } from "../../../src/bot/permission/need.ts";
import { closingRule, mayDo, type Action, type Policy } from "../../../src/bot/permission/policy.ts";
import { readReference, referenceText } from "../../../src/bot/permission/reference.ts";
import { policyOf, readRule, standingPolicy } from "../../../src/bot/permission/standing-policy.ts";
import type { Asker, Place, Standing } from "../../../src/bot/asker.ts";
import type { Command } from "../../../src/bot/command.ts";
import type { AlertCommandParts } from "../../../src/bot/alerts/alert-book.ts";
import { createAlertCommands } from "../../../src/bot/alerts/alert-commands.ts";
import { createCommands } from "../../../src/bot/commands/commands.ts";
import type { Audience } from "../../../src/bot/permission/view.ts";
import { clock, madeUpReader, noDatabase, noRules, workspace, noSurveys } from "../support/made-up-numbers.ts";
import { CHANNELS, NAMES, policies, ROLES, rule, type Cell, type Channel, type Role } from "./matrix.ts";

const commands = createCommands(
  {
    ...noSurveys,
    db: noDatabase,
    accessBook: noRules,
    reader: madeUpReader(),
    clock,
    workspace,
    firstEvent: "curl",
  },
  createAlertCommands({} as AlertCommandParts),
);
const nameOf = async () => "@somebody";
const PLATFORMS = ["slack", "discord"] as const;

function askerOf(platform: "slack" | "discord", role: Role): Asker {
  const subject = readReference(NAMES[platform].founders);
  const founders = subject?.kind === "group" ? subject.id : "";
  return {
    platform,
    person: "U1",
    groups: role === "founder" ? [founders] : [],
    standing: role === "founder" ? "member" : role,
  };
}

function placeOf(platform: "slack" | "discord", channel: Channel): Place {
  const subject = channel === "chosen" || channel === "closed" ? readReference(NAMES[platform][channel]) : null;
  const kind = channel === "chosen" ? "public" : channel === "closed" ? "private" : channel;
  return { platform, channel: subject?.kind === "channel" ? subject.id : "C1", name: "here", kind, thread: null };
}

const managed = (role: Role): Cell => (role === "guest" || role === "unknown" ? "no" : "all");

/** What a command becomes where the summary becomes `cell`. */
const EXPECTED: Readonly<Record<string, (cell: Cell, role: Role, audience: Audience) => Cell>> = {
  "metrics summary": (cell) => cell,
  "digest preview": (cell) => cell,
  "metrics show mrr": (cell) => (cell === "all" ? "all" : "no"),
  "metrics show dau": (cell) => (cell === "no" ? "no" : "all"),
  "metrics revenue": (cell) => (cell === "all" ? "all" : "no"),
  "metrics funnel": (cell) => (cell === "no" ? "no" : "all"),
  "metrics features": (cell) => (cell === "no" ? "no" : "all"),
  "metrics support": (cell) => (cell === "no" ? "no" : "all"),
  "metrics errors": (cell) => (cell === "no" ? "no" : "all"),
  "metrics explain mrr": (cell) => (cell === "all" ? "all" : "no"),
  "metrics explain dau": (cell) => (cell === "no" ? "no" : "all"),
  // With everybody's name in it, for one person alone.
  "metrics export daily-metrics": (cell, _, audience) => (cell === "all" && audience === "person" ? "all" : "no"),
  "metrics export usage": (_, role, audience) => (audience === "person" ? managed(role) : "no"),
  "metrics help": () => "all",
  "digest list": () => "all",
  "digest subscribe": (_, role) => managed(role),
  "digest at": (_, role) => managed(role),
  "digest pause": (_, role) => managed(role),
  "digest resume": (_, role) => managed(role),
  "digest unsubscribe": (_, role) => managed(role),
  "digest send": (_, role) => managed(role),
  "digest notable": (_, role) => managed(role),
  "digest sections": (_, role) => managed(role),
  "alert add mrr": (cell, role) => (managed(role) === "all" ? cell : "no"),
  "alert add dau": (_, role) => managed(role),
  "alert list": (cell) => cell,
  "alert remove": (_, role) => managed(role),
  "alert resume": (_, role) => managed(role),
  "alert acknowledge": (_, role) => managed(role),
  "alert snooze": (_, role) => managed(role),
  "alert assign": (_, role) => managed(role),
  "nps ask": (_, role) => managed(role),
  "nps answer": () => "all",
  "nps results": (cell) => (cell === "no" ? "no" : "all"),
  "nps list": (cell) => (cell === "no" ? "no" : "all"),
  "nps close": (_, role) => managed(role),
  "nps schedule": (_, role) => managed(role),
  "nps waves": (_, role) => managed(role),
  "nps stop": (_, role) => managed(role),
  // It tells its owner alone; see tests/surveys/secrecy.test.ts.
  "nps followup": () => "all",
  "nps who": (_, role) => (role === "admin" ? "all" : "no"),
  link: (_, role) => managed(role),
  "access show": (_, role) => (role === "admin" ? "all" : "no"),
  "access grant": (_, role) => (role === "admin" ? "all" : "no"),
  "access revoke": (_, role) => (role === "admin" ? "all" : "no"),
};

async function outcome(policy: Policy, command: Command, values: object, visit: Visit): Promise<Cell> {
  const need = command.access(values as never);
  if (need.file !== undefined && visit.audience === "everyone") return "no";
  const admission = await admissionOf(policy, need, visit);
  expect(isOffered(policy, need, visit)).toBe(admission.ok);
  if (!admission.ok) return "no";
  return need.groups.every((group) => admission.view.groups.has(group)) ? "all" : "some";
}

describe("every cell of role × command × kind of channel × platform", () => {
  const cells = PLATFORMS.flatMap((platform) =>
    policies(platform).flatMap(({ name, policy, table }) =>
      ROLES.flatMap((role) =>
        CHANNELS.flatMap((channel) =>
          (["person", "everyone"] as const).flatMap((audience) =>
            Object.keys(EXPECTED).map((line) => ({ platform, name, policy, table, role, channel, audience, line })),
          ),
        ),
      ),
    ),
  );

  test.each(cells)(
    "$name, in $platform: $line of a $role in a $channel channel for $audience",
    async ({ platform, policy, table, role, channel, audience, line }) => {
      const command = commands.find(({ path }) => line.startsWith(path.join(" ")));
      if (command === undefined) throw new Error(`no command ${line}`);
      const named = line.split(" ")[2];
      const [asker, place] = [askerOf(platform, role), placeOf(platform, channel)];
      const cell = audience === "person" ? table[role].asks : table[role][channel];
      const visit = { asker, place, audience, prefix: "/", nameOf };
      expect(await outcome(policy, command, { metric: named, what: named }, visit)).toBe(
        EXPECTED[line]?.(cell, role, audience),
      );
    },
  );

  test("no command is missing from the table", () => {
    const lines = Object.keys(EXPECTED);
    for (const { path } of commands) expect(lines.some((line) => line.startsWith(path.join(" ")))).toBe(true);
  });
});

const place: Place = { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null };
const somebody = (standing: Standing, groups: readonly string[] | null = []): Asker => ({
  platform: "slack",
  person: "U1",
  groups,
  standing,
});
const may = (rules: readonly string[], action: Action, asker: Asker | null = somebody("member"), at = place) =>
  mayDo({ admins: [], rules: rules.map(rule) }, { asker, place: at, action, group: "revenue" }).allowed;

describe("of two rules the more exact counts", () => {
  test.each<[string, readonly string[], boolean]>([
    ["a person before the group", ["slack:U1 may not ask revenue", "slack:S1 may ask revenue"], false],
    ["a person before the group, for all metrics", ["slack:U1 may ask *", "slack:S1 may not ask revenue"], true],
    ["a group before the channel", ["slack:S1 may ask revenue", "slack:C1 may not ask revenue"], true],
    ["a channel before everyone", ["slack:C1 may ask revenue", "everyone may not ask revenue"], true],
    ["a metric group before all", ["everyone may ask *", "everyone may not ask revenue"], false],
    ["one group that is allowed", ["slack:S1 may ask revenue", "slack:S2 may not ask revenue"], true],
    ["nobody else's", ["slack:U2 may not ask revenue", "slack:S3 may not ask revenue"], true],
    ["not those of another platform", ["discord:role:1 may not ask revenue", "everyone may ask *"], true],
  ])("%s", (_, rules, allowed) => {
    expect(may(rules, "ask", somebody("member", ["S1", "S2"]))).toBe(allowed);
  });

  test("nothing is taken for granted when a rule is about groups that are not known", () => {
    expect(may(["slack:S1 may not ask revenue"], "ask", somebody("member", null))).toBe(false);
    expect(may(["slack:S1 may ask revenue"], "ask", somebody("member", null))).toBe(false);
    expect(may(["slack:S1 may not ask usage"], "ask", somebody("member", null))).toBe(true);
    expect(may(["slack:S1 may not ask revenue", "slack:U1 may ask revenue"], "ask", somebody("member", null))).toBe(
      true,
    );
  });
});

describe("names of accounts", () => {
  test("are for those who may ask, and for channels that may be shown money, until a rule says otherwise", () => {
    const at = (kind: Place["kind"]) => ({ ...place, kind });
    expect(may([], "names")).toBe(true);
    expect(may([], "names", somebody("guest"))).toBe(false);
    expect(may([], "names", somebody("unknown"))).toBe(false);
    expect(may(["slack:U2 may names revenue", "everyone may not names *"], "names")).toBe(false);
    expect(
      ["direct", "private", "public", "shared", "unknown"].filter((kind) =>
        may([], "names", null, at(kind as Place["kind"])),
      ),
    ).toEqual(["direct", "private"]);
    expect(may(["slack:C1 may names revenue"], "names", null)).toBe(true);
  });

  test("are not seen without the numbers", async () => {
    const policy = { admins: [], rules: [rule("everyone may not ask revenue")] };
    const visit = { asker: somebody("member"), place, audience: "person", prefix: "/", nameOf } as const;
    const admission = await admissionOf(policy, { action: "ask", groups: ALL_GROUPS, leavesOut: true }, visit);
    expect(admission.ok && [admission.view.groups.has("revenue"), admission.view.names.has("revenue")]).toEqual([
      false,
      false,
    ]);
  });
});

describe("who may administer", () => {
  const at = (admins: readonly string[], rules: readonly string[], asker: Asker) => {
    const named = admins.map((one) => readReference(one)).filter((one) => one !== null);
    return mayDo({ admins: named, rules: rules.map(rule) }, { asker, place, action: "administer", group: "*" }).allowed;
  };
  test.each<[string, readonly string[], readonly string[], Asker, boolean]>([
    ["the workspace's admins, when none is named", [], [], somebody("admin"), true],
    ["no other member", [], [], somebody("member"), false],
    ["those who are named, by themselves", ["slack:U1"], [], somebody("member"), true],
    ["or by a group", ["slack:S1"], [], somebody("member", ["S1"]), true],
    ["and then not the workspace's admins", ["slack:U2"], [], somebody("admin"), false],
    ["somebody who was granted it", ["slack:U2"], ["slack:U1 may administer *"], somebody("member"), true],
    ["not an admin from whom it was taken", [], ["slack:U1 may not administer *"], somebody("admin"), false],
    ["nobody whose groups are not known", [], ["slack:S1 may administer *"], somebody("member", null), false],
  ])("%s", (_, admins, rules, asker, allowed) => {
    expect(at(admins, rules, asker)).toBe(allowed);
  });

  test("an admin asks for everything, and still shows no money where all can read it", () => {
    expect(may(["everyone may not ask *"], "ask", somebody("admin"))).toBe(true);
    expect(may([], "show", somebody("admin"))).toBe(false);
  });
});

describe("digests and alerts", () => {
  test("are changed by everyone of the team until somebody in particular may", () => {
    const change = (rules: readonly string[], asker: Asker) =>
      mayDo({ admins: [], rules: rules.map(rule) }, { asker, place, action: "manage", group: "*" }).allowed;
    expect([change([], somebody("member")), change([], somebody("guest")), change([], somebody("unknown"))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(change(["everyone may not manage *", "slack:U1 may manage *"], somebody("member"))).toBe(true);
    expect(change(["everyone may not manage *"], somebody("member"))).toBe(false);
  });
});

describe("a grant", () => {
  test("to somebody in particular keeps everyone else from it, also when it is taken back", () => {
    const empty = { admins: [], rules: [] };
    expect(closingRule(empty, rule("slack:U1 may ask revenue"))).toEqual(rule("everyone may not ask revenue"));
    expect(closingRule(empty, rule("slack:U1 may manage *"))).toEqual(rule("everyone may not manage *"));
    expect(closingRule(empty, rule("slack:C1 may show revenue"))).toBe(null);
    expect(closingRule(empty, rule("everyone may ask revenue"))).toBe(null);
    expect(closingRule(empty, rule("slack:U1 may not ask revenue"))).toBe(null);
    const open = { admins: [], rules: [rule("everyone may ask *")] };
    expect(closingRule(open, rule("slack:U1 may ask revenue"))).toBe(null);
    expect(may(["everyone may not ask revenue", "slack:U1 may not ask revenue"], "ask")).toBe(false);
  });

  test("set in chat stands in the place of the configuration's about the same", () => {
    const standing = standingPolicy([], [rule("slack:C1 may show revenue")], [{ platform: "slack", channel: "C2" }]);
    const set = [rule("slack:C1 may not show revenue")];
    expect(policyOf(standing, set).rules).toEqual([
      rule("slack:C2 may show *"),
      rule("slack:C2 may names *"),
      rule("slack:C1 may not show revenue"),
    ]);
  });
});

describe("whom a rule is about", () => {
  test.each([
    ["slack:U0123", "slack", "person", "U0123"],
    ["slack:S0123", "slack", "group", "S0123"],
    ["slack:C0123", "slack", "channel", "C0123"],
    ["discord:2", "discord", "person", "2"],
    ["discord:role:2", "discord", "group", "2"],
    ["discord:channel:2", "discord", "channel", "2"],
  ])("%s is read, and written back", (text, platform, kind, id) => {
    const subject = readReference(text);
    expect(subject).toEqual({ platform, kind, id });
    expect(readReference(referenceText(subject ?? { kind: "everyone" }))).toEqual(subject);
  });

  test.each([
    ["slack", "<@U0123|kim>", "person"],
    ["slack", "<!subteam^S0123|@founders>", "group"],
    ["slack", "<#C0123|general>", "channel"],
    ["discord", "<@12>", "person"],
    ["discord", "<@!12>", "person"],
    ["discord", "<@&12>", "group"],
    ["discord", "<#12>", "channel"],
    ["discord", "everyone", "everyone"],
  ] as const)("in %s %s is a %s", (_, text, kind) => {
    expect(readReference(text)?.kind).toBe(kind);
  });

  test.each(["kim", "@kim", "slack:", "slack:X1", "slack:<@U1>", "discord:role:abc", "teams:1", "<@X1>", ""])(
    "`%s` is nobody",
    (text) => {
      expect(readReference(text)).toBe(null);
    },
  );

  test.each([
    "slack:U1 may ask",
    "slack:U1 may see revenue",
    "slack:U1 can ask revenue",
    "slack:U1 may ask money",
    "may ask revenue",
    "slack:U1 may ask revenue now",
  ])("`%s` is no rule", (text) => {
    expect(readRule(text)).toBe(null);
  });
});
