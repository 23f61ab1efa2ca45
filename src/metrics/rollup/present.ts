import { localDay, type Clock } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";

/** What a pass takes for the present, from its beginning to its end. */
export interface Present {
  /** ISO instant. */
  readonly now: string;
  /** The local day of `now`, as an ISO date. */
  readonly today: string;
}

export function presentOf(clock: Clock, { timeZone }: Workspace): Present {
  const now = clock.now();
  return { now: now.toString(), today: localDay(now, timeZone).toString() };
}
