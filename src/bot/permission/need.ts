import { catalogueRows, type Group } from "../../metrics/catalogue.ts";

/** What a command gives away or changes: it is checked before the command runs. */
export interface Need {
  /** `none`: anybody may, guests included. */
  readonly action: "ask" | "manage" | "administer" | "none";
  /** The groups of the metrics that the answer holds. */
  readonly groups: readonly Group[];
  /** The command leaves out what is not in `Invocation.view`; else one group that is not allowed refuses the whole. */
  readonly leavesOut: boolean;
  /** Groups in which the answer tells of single accounts, to who may see their names. Whoever may not is not told that it does. */
  readonly adds?: readonly Group[];
  /** The command changes something, so that its answer cannot be shown to a channel by running it again. */
  readonly changes?: true;
  /** The answer carries a file of that: for whoever asked alone, and noted in the audit log. */
  readonly file?: string;
  /** It names people or accounts: whoever may not see names in one of the groups is refused. */
  readonly names?: true;
}

export const ALL_GROUPS: readonly Group[] = [...new Set(catalogueRows().map(({ group }) => group))];

export const FREE: Need = { action: "none", groups: [], leavesOut: false };
/** Anybody may, and it has an effect. */
export const FREE_ACT: Need = { ...FREE, changes: true };
export const MANAGES: Need = { action: "manage", groups: [], leavesOut: false };
export const ADMINISTERS: Need = { action: "administer", groups: [], leavesOut: false };
/** All groups, and each can be left out. */
export const ASKS_ALL: Need = { action: "ask", groups: ALL_GROUPS, leavesOut: true };

export function asks(...groups: readonly Group[]): Need {
  return { action: "ask", groups, leavesOut: false };
}
