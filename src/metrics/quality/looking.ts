import type { Workspace } from "../../core/workspace.ts";
import type { Database, Sql } from "../../db/client.ts";
import type { FindingCode } from "../../events/quality/finding.ts";
import { longestUnlooked, replaceFindings, type NewFinding } from "../../events/quality/finding-store.ts";
import { findingsOfAccounts, REVENUE_CODES } from "../../events/quality/revenue-findings.ts";
import { lookAtRevenue } from "../../events/quality/revenue-look.ts";
import { readMoney, readSeenRevenue, revenueAfter, withTheirPeople } from "../../events/quality/seen-revenue-store.ts";
import type { FreshnessJudge } from "../freshness/freshness.ts";
import { farDates } from "./far-dates.ts";
import { readMark, tryLock, writeMark } from "./looking-store.ts";
import { earliestEvents, nearDuplicates, sharedIds, unknownMilestones, unmatchedEnds } from "./rest-store.ts";

/** Looks for what was accepted and yet looks wrong, and keeps what it finds. Any number of instances may look. */
export interface QualityLook {
  /** At the accounts whose events are new. Answers whether there may be more. Rejects like `Pool.run`. */
  atRevenue(): Promise<boolean>;
  /** At everything else, which takes longer. */
  atTheRest(): Promise<void>;
}

export interface LookParts {
  readonly db: Pick<Database, "work">;
  readonly workspace: Pick<Workspace, "currency" | "policies">;
  /** Tells which sources fell silent; absent: none is judged. */
  readonly silent?: () => ReturnType<FreshnessJudge["judge"]>;
  /** An event that began to be stored later than so long ago may still have an earlier one on its way. */
  readonly settledSeconds?: number;
}

const NEW_EVENTS = 2_000;
const ACCOUNTS_AT_ONCE = 100;
const LOOKED_AGAIN = 50;
const MOST_EVENTS = 20_000;

export function createQualityLook({ db, workspace, silent, settledSeconds = 10 }: LookParts): QualityLook {
  async function lookAtAccounts(sql: Sql, accounts: readonly string[]): Promise<void> {
    const together = await withTheirPeople(sql, accounts);
    const events = await readSeenRevenue(sql, together, MOST_EVENTS);
    const asked = new Set(together);
    const noticed = lookAtRevenue(events, await readMoney(sql, workspace.currency));
    const fresh = findingsOfAccounts(noticed).filter(({ subject }) => asked.has(subject));
    await replaceFindings(sql, { codes: [...REVENUE_CODES, "near_duplicate_id"], subjects: together }, fresh);
  }

  return {
    atRevenue: () =>
      db.work.transaction(async (sql) => {
        if (!(await tryLock(sql))) return false;
        const rows = await revenueAfter(sql, await readMark(sql), { limit: NEW_EVENTS, settledSeconds });
        const accounts = [...new Set(rows.map(({ account }) => account))].slice(0, ACCOUNTS_AT_ONCE);
        const looked = new Set(accounts);
        const end = rows.findIndex(({ account }) => !looked.has(account));
        const taken = end < 0 ? rows : rows.slice(0, end);
        const again = await longestUnlooked(sql, REVENUE_CODES, LOOKED_AGAIN);
        if (accounts.length + again.length > 0) await lookAtAccounts(sql, [...new Set([...accounts, ...again])]);
        const last = taken.at(-1);
        if (last !== undefined) await writeMark(sql, last.rowNo);
        return taken.length < rows.length || rows.length === NEW_EVENTS;
      }),
    async atTheRest() {
      const told = await silent?.();
      await db.work.transaction(async (sql) => {
        if (!(await tryLock(sql))) return;
        const keep = (code: FindingCode, found: readonly Omit<NewFinding, "code">[]) =>
          replaceFindings(
            sql,
            // Of near duplicates, those among an account's subscriptions are found with its revenue.
            { codes: [code], subjects: code === "near_duplicate_id" ? "all but accounts" : "all" },
            found.map((one) => ({ ...one, code })),
          );
        await keep("unknown_milestone", await unknownMilestones(sql, workspace.policies.activationMilestones));
        await keep("unmatched_end", await unmatchedEnds(sql));
        await keep("two_sources", await sharedIds(sql));
        await keep("far_date", farDates(await earliestEvents(sql)));
        await keep("near_duplicate_id", await nearDuplicates(sql));
        if (told !== undefined) await keep("silent_source", silentSources(told.silent));
      });
    },
  };
}

function silentSources(silent: Awaited<ReturnType<FreshnessJudge["judge"]>>["silent"]): Omit<NewFinding, "code">[] {
  return silent.map(({ event, of, since }) => {
    const name = of === null ? `${event} events` : `${event} events of ${of}`;
    return {
      subject: name,
      detail: name,
      count: 1,
      firstEvent: null,
      firstAt: since.toString(),
      lastEvent: null,
      lastAt: since.toString(),
    };
  });
}
