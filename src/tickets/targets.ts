import type { Temporal } from "../core/time.ts";
import { afterWorkingMs, workingMs, type BusinessHours } from "./business-hours.ts";
import type { Priority, Ticket } from "./ticket-log.ts";

/** How soon a ticket is to be answered and resolved, in minutes of working time. */
export interface Target {
  readonly firstResponseMinutes: number;
  readonly resolutionMinutes: number;
}

export type Targets = Readonly<Record<Priority, Target>>;

export const DEFAULT_TARGETS: Targets = {
  urgent: { firstResponseMinutes: 60, resolutionMinutes: 8 * 60 },
  high: { firstResponseMinutes: 4 * 60, resolutionMinutes: 24 * 60 },
  medium: { firstResponseMinutes: 8 * 60, resolutionMinutes: 72 * 60 },
  low: { firstResponseMinutes: 24 * 60, resolutionMinutes: 120 * 60 },
};

export interface Promises {
  readonly targets: Targets;
  readonly hours: BusinessHours | null;
}

/** What a ticket is measured by next. */
export interface Deadline {
  readonly kind: "first response" | "resolution";
  readonly dueAt: Temporal.Instant;
  /** Working milliseconds left until `dueAt`; negative once it is broken. */
  readonly leftMs: number;
  /** Whether somebody should be told: a quarter of the time, or less, is left. */
  readonly isNear: boolean;
}

/** The next promise that this ticket can break; null when nobody waits for us: it is resolved or closed. */
export function nextDeadline(
  ticket: Pick<Ticket, "status" | "priority" | "firstResponseAt">,
  openedAt: Temporal.Instant,
  now: Temporal.Instant,
  { targets, hours }: Promises,
): Deadline | null {
  if (ticket.status === "resolved" || ticket.status === "closed") return null;
  const target = targets[ticket.priority];
  const kind = ticket.firstResponseAt === null ? "first response" : "resolution";
  const minutes = kind === "first response" ? target.firstResponseMinutes : target.resolutionMinutes;
  const wholeMs = minutes * 60_000;
  const leftMs = wholeMs - workingMs(openedAt, now, hours);
  return { kind, dueAt: afterWorkingMs(openedAt, wholeMs, hours), leftMs, isNear: leftMs <= wholeMs / 4 };
}

const UNIT_MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440 };
const PART = /^(urgent|high|medium|low)=(\d{1,4})([mhd])\/(\d{1,4})([mhd])$/;

/** Reads "urgent=30m/4h, low=2d/10d": first response and resolution by priority; what is left out keeps its default. Null when a part is not of that form. */
export function readTargets(text: string): Targets | null {
  const targets: Record<Priority, Target> = { ...DEFAULT_TARGETS };
  for (const part of text.split(",").map((one) => one.trim())) {
    const match = PART.exec(part);
    if (match === null) return null;
    const [, priority = "", response = "", responseUnit = "", resolution = "", resolutionUnit = ""] = match;
    const target = {
      firstResponseMinutes: minutesOf(response, responseUnit),
      resolutionMinutes: minutesOf(resolution, resolutionUnit),
    };
    if (target.firstResponseMinutes === 0 || target.resolutionMinutes < target.firstResponseMinutes) return null;
    targets[priority as Priority] = target;
  }
  return targets;
}

function minutesOf(amount: string, unit: string): number {
  return Number(amount) * (UNIT_MINUTES[unit] ?? 0);
}
