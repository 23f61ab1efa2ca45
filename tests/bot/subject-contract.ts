import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Details } from "../../src/metrics/read/details.ts";
import type { Overviews } from "../../src/metrics/read/overviews.ts";
import type { MenusUnderTest } from "./menu-contract.ts";
import { commandsOf } from "./support/asking.ts";
import { madeUpErrors, madeUpFunnel, madeUpRevenue, madeUpSplit } from "./support/made-up-overviews.ts";

const ROWS = 51;
/** Nobody is to be pinged, nothing to be marked up, no line to be turned round or broken. */
const HOSTILE = "<@everyone> @here <!channel> *b* `c` \u202eאבג\u202c 🧑‍🚀\n@everyone ";
const nameAt = (index: number) => `№${index} ${HOSTILE.repeat(12)}`.slice(0, 500);
const numbered = <T>(make: (index: number) => T) => Array.from({ length: ROWS }, (_, index) => make(index));

const hostileOverviews: Partial<Overviews> = {
  revenueBreakdown: async (days) =>
    madeUpRevenue(days, {
      tiers: numbered((index) => ({
        plan: nameAt(index),
        users: 1_000_000,
        customers: 1,
        mrr: 1e12 / 7,
        arpu: 1e12 / 7,
      })),
      total_mrr: 1e12,
    }),
  activationFunnel: async (days) =>
    madeUpFunnel(days, {
      steps: numbered((index) => ({
        milestone: nameAt(index),
        users: 400,
        users_from_previous: 400,
        rate: 97,
        median_hours: 3_000,
      })),
    }),
  errorOverview: async (days) =>
    madeUpErrors(days, {
      by_type: numbered((index) => ({ type: nameAt(index), count: 1_000 })).slice(0, 20),
      by_endpoint: numbered((index) => ({ endpoint: nameAt(index), count: 1_000 })).slice(0, 20),
    }),
  seriesBy: async (metric, days, by) =>
    madeUpSplit(metric, days, by, Object.fromEntries(numbered((index) => [nameAt(index), 100] as const).slice(0, 20)), {
      groups_left_out: ROWS - 20,
    }),
};

const hostileDetails: Partial<Details> = {
  accountMovements: async (_, { skipped, limit }) => {
    const movements = numbered((index) => ({
      account: nameAt(index),
      date: "2026-11-01",
      movement: index % 2 === 0 ? "new" : "churn",
      change: index % 2 === 0 ? 1e9 : -1e9,
    })).slice(skipped, skipped + limit);
    return {
      accounts: { new: 26, reactivation: 0, expansion: 0, contraction: 0, paused: 0, churn: 25, resumed: 0, fx: 0 },
      total: movements.length === 0 ? 0 : ROWS,
      movements,
    };
  },
  routes: async (_, { skipped, limit }) => {
    const routes = numbered((index) => ({
      route: `GET /${nameAt(index)}`,
      calls: 1_000_000 - index,
      failed: 10,
      p50: 5,
      p95: 90_000,
    })).slice(skipped, skipped + limit);
    return { total: routes.length === 0 ? 0 : ROWS, routes };
  },
};

export const hostile = () => commandsOf({ overviews: hostileOverviews, details: hostileDetails });

/** What every chat platform has to do with the subjects of `/metrics`; the fakes judge every message. */
export function describeSubjects(name: string, start: () => Promise<MenusUnderTest>): void {
  describe(`revenue, funnel, features, support and errors in ${name}`, () => {
    let under: MenusUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(() => under.stop());

    test.each([
      ["revenue", /Revenue, last 30 days.*MRR.*\$1,000,000,000,000.*Accounts: 26 new, 25 churned/s],
      ["funnel", /Activation, last 30 days.*Sign-ups.*412/s],
      ["features", /Features, last 30 days.*Features in use.*51/s],
      ["support", /Support, last 30 days.*By category.*12 bug, 8 feature request/s],
      ["errors", /Errors and latency, last 30 days.*Error rate.*4,277 of 1,043,211 requests/s],
    ] as const)(
      "%s is answered privately with 51 names of 500 characters that try to do harm",
      async (subject, said) => {
        await under.start(hostile());
        const answer = await under.ask(["metrics", subject]);
        expect(answer.text).toMatch(said);
        expect(answer.isPrivate).toBe(true);
        expect(answer.menus["Period"]?.slice(0, 6)).toEqual([
          "Last 7 days",
          "Last 30 days",
          "Last 90 days",
          "Last 365 days",
          "This month (November 2026)",
          "Last month (October 2026)",
        ]);
        expect(answer.buttons.at(-1)).toBe("Share");
      },
    );

    test.each(["revenue", "features", "errors"])(
      "the pages of %s are turned in place, after a restart too",
      async (subject) => {
        await under.start(hostile());
        const first = await under.ask(["metrics", subject]);
        expect(first.text).toContain("page 1 of 6");
        expect(first.text).toContain("№0 ");
        await under.restart();
        const second = await first.press("Next page");
        expect(second).toMatchObject({ isPrivate: true, isInPlace: true });
        expect(second.text).toContain("page 2 of 6");
        expect(second.text).toContain("№10 ");
        expect(second.buttons).toEqual(expect.arrayContaining(["Previous page", "Next page", "Share"]));
        await under.restart();
        const third = await second.press("Next page");
        expect(third.text).toContain("№20 ");
        expect((await third.press("Previous page")).text).toContain("page 2 of 6");
      },
    );

    test("another period is chosen in place and begins at its first page", async () => {
      await under.start(hostile());
      const second = await (await under.ask(["metrics", "features"])).press("Next page");
      await under.restart();
      const quarter = await second.choose("Period", "Last 90 days");
      expect(quarter).toMatchObject({ isInPlace: true, text: expect.stringContaining("Features, last 90 days") });
      expect(quarter.text).toContain("page 1 of 6");
      const next = await quarter.press("Next page");
      expect(next.text).toContain("Features, last 90 days");
      expect(next.text).toContain("page 2 of 6");
    });

    test("Share shows the page that is seen to the channel", async () => {
      await under.start(hostile());
      const second = await (await under.ask(["metrics", "features"])).press("Next page");
      const shared = await second.press("Share");
      expect(shared.isPrivate).toBe(false);
      expect(shared.text).toContain("page 2 of 6");
    });

    test("a number is split and compared by what stands on the message", async () => {
      await under.start(hostile());
      const errors = await (await under.ask(["metrics", "errors"])).press("Errors by type");
      expect(errors.text).toContain("Errors by type, last 30 days");
      expect(errors.text).toMatch(/other \(31 more\)|31 more|more rows/);
      const severity = await errors.choose("Split by", "By severity");
      expect(severity).toMatchObject({ isInPlace: true, text: expect.stringContaining("Errors by severity") });
      await under.restart();
      const compared = await severity.press("Against the days before");
      expect(compared).toMatchObject({
        isInPlace: true,
        text: expect.stringContaining("Errors, last 30 days against the 30 before"),
      });
      expect((await compared.press("Against a year ago")).text).toContain("Errors, last 30 days against a year ago");
    });

    test("the list of commands fits into one message, and each subject's into its place", async () => {
      await under.start(commandsOf());
      const help = await under.ask(["metrics", "help"]);
      for (const words of ["/metrics revenue", "/metrics show <metric>", "/digest", "/nps", "/access", "open_tickets"])
        expect(help.text).toContain(words);
      expect(help.text).not.toMatch(/more rows|… \d+ more/);
      const digest = await help.choose("All that commands take", "/digest");
      expect(digest).toMatchObject({ isInPlace: true, text: expect.stringContaining("/digest subscribe") });
      expect(digest.text).not.toMatch(/more rows|… \d+ more/);
    });
  });
}
