import type { Group } from "../../metrics/catalogue.ts";
import type { Asker, Place } from "../asker.ts";
import { ALL_GROUPS } from "./need.ts";
import { mayDo, type Action, type Decision, type Policy } from "./policy.ts";

/** `everyone`: the answer is shown to all who can read the place. */
export type Audience = "person" | "everyone";

/** What may be told. */
export interface View {
  readonly groups: ReadonlySet<Group>;
  /** The groups in which accounts may be named. */
  readonly names: ReadonlySet<Group>;
  /** A sentence on what is left out and whom to ask, for the answer to end with; null when nothing is. */
  readonly leftOut: string | null;
}

export const EVERYTHING: View = { groups: new Set(ALL_GROUPS), names: new Set(ALL_GROUPS), leftOut: null };

/** Of commands that anybody may give. */
export const NOTHING: View = { groups: new Set(), names: new Set(), leftOut: null };

/** Whether nothing at all is withheld, no name either. */
export function isWhole({ groups, names, leftOut }: View): boolean {
  return leftOut === null && ALL_GROUPS.every((group) => groups.has(group) && names.has(group));
}

interface Viewer {
  /** Null: a message that nobody asked for, like a digest. */
  readonly asker: Asker | null;
  readonly place: Place;
  readonly audience: Audience;
}

/** What a person shows to a channel, both must be allowed to see. */
export function maySee(policy: Policy, viewer: Viewer, group: Group, what: "numbers" | "names"): Decision {
  const { asker, place, audience } = viewer;
  const [toPerson, toPlace]: readonly [Action, Action] = what === "numbers" ? ["ask", "show"] : ["names", "names"];
  if (asker !== null) {
    const own = mayDo(policy, { asker, place, action: toPerson, group });
    if (!own.allowed || audience === "person") return own;
  }
  return mayDo(policy, { asker: null, place, action: toPlace, group });
}

export function groupsSeen(policy: Policy, viewer: Viewer): Omit<View, "leftOut"> {
  const seen = (what: "numbers" | "names") =>
    new Set(ALL_GROUPS.filter((group) => maySee(policy, viewer, group, what).allowed));
  const groups = seen("numbers");
  return { groups, names: new Set([...seen("names")].filter((group) => groups.has(group))) };
}
