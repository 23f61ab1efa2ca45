import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "../../db/client.ts";
import type { NumberedRow } from "../event-store.ts";
import { readMoment } from "../moment.ts";
import { warningOf, type Warning } from "./finding.ts";
import { lookAtRevenue, type Noticed } from "./revenue-look.ts";
import { readMoney, readSeenRevenue, withTheirPeople } from "./seen-revenue-store.ts";

/** Looks at what was just stored. Nobody waits for it long: what is not seen in time is found later. */
export interface RevenueWarnings {
  /** By the place among `rows`. */
  of(rows: readonly NumberedRow[]): Promise<ReadonlyMap<number, readonly Warning[]>>;
}

interface Parts {
  readonly pool: Pool;
  /** The workspace's. */
  readonly currency: string;
  /** Milliseconds after which an answer goes without, and no statement of the look goes on. */
  readonly longestWaitMs: number;
}

const MOST_ACCOUNTS = 20;
const MOST_EVENTS = 2_000;
const LOOKS_AT_ONCE = 2;

const NONE: ReadonlyMap<number, readonly Warning[]> = new Map();

export function createRevenueWarnings({ pool, currency, longestWaitMs }: Parts): RevenueWarnings {
  let looking = 0;

  async function look(accounts: readonly string[], rows: readonly NumberedRow[]) {
    looking += 1;
    try {
      const noticed = await pool.transaction(async (sql) => {
        await sql`select set_config('statement_timeout', ${String(longestWaitMs)}, true)`;
        const together = await withTheirPeople(sql, accounts);
        const events = await readSeenRevenue(sql, together, MOST_EVENTS);
        return events.length === MOST_EVENTS ? [] : lookAtRevenue(events, await readMoney(sql, currency));
      });
      return byPlace(rows, noticed);
    } catch {
      return NONE;
    } finally {
      looking -= 1;
    }
  }

  return {
    async of(rows) {
      const accounts = new Set(rows.flatMap((row) => accountOf(row) ?? []));
      if (accounts.size === 0 || accounts.size > MOST_ACCOUNTS || looking >= LOOKS_AT_ONCE) return NONE;
      return await Promise.race([look([...accounts], rows), sleep(longestWaitMs, NONE, { ref: false })]);
    },
  };
}

function accountOf({ event, teamNo, userNo }: NumberedRow): string | null {
  if (event.type !== "revenue") return null;
  return teamNo === null ? `u${userNo ?? ""}` : `t${teamNo}`;
}

function byPlace(rows: readonly NumberedRow[], noticed: readonly Noticed[]): Map<number, Warning[]> {
  const places = new Map(
    rows.flatMap(({ event, sourceNo }, place): [string, number][] => {
      const at = readMoment(event.occurredAt);
      return event.type === "revenue" ? [[`${sourceNo} ${at} ${event.eventId ?? ""}`, place]] : [];
    }),
  );
  const warnings = new Map<number, Warning[]>();
  for (const { code, event } of noticed) {
    const place = places.get(`${event.sourceNo} ${event.at} ${event.eventId ?? ""}`);
    if (place === undefined) continue;
    const own = warnings.get(place) ?? [];
    if (!own.some((one) => one.code === code)) own.push(warningOf(code));
    warnings.set(place, own);
  }
  return warnings;
}
