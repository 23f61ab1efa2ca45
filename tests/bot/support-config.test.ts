import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Problem } from "../../src/core/problem.ts";
import { supportSettingsOf } from "../../src/support-config.ts";
import { DEFAULT_TARGETS } from "../../src/tickets/targets.ts";
import { webhookSettingsOf } from "../../src/webhook-config.ts";

type Environment = Readonly<Record<string, string>>;

function mistakesOf(environment: Environment): string {
  try {
    readConfig(environment);
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.detail;
    throw thrown;
  }
  return "no mistake";
}

const SECRET = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(64, 2).toString("base64")}`;
const HOOK = "https://example.com/hooks?token=made-up";

describe("the settings of tickets", () => {
  test("nothing set is around the clock, the usual targets, no announcement and everyone who is no guest", () => {
    expect(supportSettingsOf(readConfig({}), "Europe/Berlin")).toEqual({
      team: [],
      announceIn: null,
      promises: { targets: DEFAULT_TARGETS, hours: null },
      closeAfterDays: 7,
    });
    expect(webhookSettingsOf(readConfig({}))).toBeNull();
  });

  test("what is set is what holds, in the zone of the workspace", () => {
    const config = readConfig({
      SUPPORT_TEAM: "slack:S0123456789, discord:role:5",
      TICKET_CHANNEL: "discord:456",
      TICKET_TARGETS: "urgent=30m/4h",
      BUSINESS_HOURS: "mon-fri 09:00-17:00",
      TICKET_CLOSE_DAYS: "3",
    });
    const { team, announceIn, promises, closeAfterDays } = supportSettingsOf(config, "Europe/Berlin");
    expect(team).toEqual([
      { kind: "group", platform: "slack", id: "S0123456789" },
      { kind: "group", platform: "discord", id: "5" },
    ]);
    expect({ announceIn, closeAfterDays }).toEqual({
      announceIn: { platform: "discord", channel: "456" },
      closeAfterDays: 3,
    });
    expect(promises.targets).toEqual({
      ...DEFAULT_TARGETS,
      urgent: { firstResponseMinutes: 30, resolutionMinutes: 240 },
    });
    expect(promises.hours?.timeZone).toBe("Europe/Berlin");
    expect([...(promises.hours?.weekdays ?? [])]).toEqual([1, 2, 3, 4, 5]);
  });

  test("webhooks have their addresses each once, and one secret or two", () => {
    const config = readConfig({
      TICKET_WEBHOOKS: `${HOOK}, https://example.org/,${HOOK}`,
      TICKET_WEBHOOK_SECRET: `${SECRET},${OTHER}`,
    });
    expect(webhookSettingsOf(config)).toEqual({
      urls: [HOOK, "https://example.org/"],
      secrets: [SECRET, OTHER],
      allowPrivate: false,
    });
  });

  test.each<[string, Environment, string]>([
    ["a team by names", { SUPPORT_TEAM: "@support" }, "SUPPORT_TEAM must name people, user groups or roles"],
    ["a channel of the team", { SUPPORT_TEAM: "slack:C0123456789" }, "SUPPORT_TEAM must name people"],
    ["a channel by its name", { TICKET_CHANNEL: "#support" }, "TICKET_CHANNEL must name a channel by its id"],
    ["a target without a unit", { TICKET_TARGETS: "urgent=30/4" }, "TICKET_TARGETS must be targets like"],
    ["an answer due after the resolution", { TICKET_TARGETS: "urgent=4h/30m" }, "TICKET_TARGETS must be targets like"],
    [
      "hours that end before they begin",
      { BUSINESS_HOURS: "mon-fri 17:00-09:00" },
      "BUSINESS_HOURS must be hours like",
    ],
    ["no day of silence", { TICKET_CLOSE_DAYS: "0" }, "TICKET_CLOSE_DAYS must be a whole number from 1 to 365"],
    ["webhooks without a secret", { TICKET_WEBHOOKS: HOOK }, "TICKET_WEBHOOK_SECRET is missing"],
    [
      "webhooks that anybody on the way can read",
      { TICKET_WEBHOOKS: "http://example.com/hook", TICKET_WEBHOOK_SECRET: SECRET },
      "TICKET_WEBHOOKS must be https addresses",
    ],
    ["webhooks to no address", { TICKET_WEBHOOKS: "ftp://example.com" }, "TICKET_WEBHOOKS must be https addresses"],
    ["webhooks with a password", { TICKET_WEBHOOKS: "https://a:hunter2@example.com" }, "without user and password"],
    ["a secret of words", { TICKET_WEBHOOK_SECRET: "hunter2" }, "TICKET_WEBHOOK_SECRET must be `whsec_`"],
    ["a secret that is short", { TICKET_WEBHOOK_SECRET: "whsec_aHVudGVyMg==" }, "24 to 64 bytes in base64"],
    ["half a yes", { TICKET_WEBHOOKS_ALLOW_PRIVATE: "yes" }, "TICKET_WEBHOOKS_ALLOW_PRIVATE must be true or false"],
  ])("%s is refused with what would be right, and without the secret", (_, environment, expected) => {
    const told = mistakesOf(environment);
    expect(told).toContain(expected);
    expect(told).not.toMatch(/hunter2|aHVudGVyMg|made-up/);
  });

  test("a network of one's own needs no https", () => {
    const own = { TICKET_WEBHOOKS: "http://10.0.0.7/hook", TICKET_WEBHOOK_SECRET: SECRET };
    expect(mistakesOf({ ...own, TICKET_WEBHOOKS_ALLOW_PRIVATE: "true" })).toBe("no mistake");
  });
});
