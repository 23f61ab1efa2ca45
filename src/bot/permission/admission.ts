import type { Group } from "../../metrics/catalogue.ts";
import type { Asker, Place } from "../asker.ts";
import type { Need } from "./need.ts";
import { mayDo, type Action, type Policy, type Refusal } from "./policy.ts";
import { refusalSentence, type NameOf } from "./refusal-words.ts";
import { groupsSeen, maySee, NOTHING, type Audience, type View } from "./view.ts";

/** Somebody who wants an answer, and where it would be read. */
export interface Visit {
  readonly asker: Asker;
  readonly place: Place;
  readonly audience: Audience;
  /** See `Platform.prefix`. */
  readonly prefix: string;
  readonly nameOf: NameOf;
}

export type Admission = { readonly ok: true; readonly view: View } | { readonly ok: false; readonly complaint: string };

/** Pure but for the names in its sentences. */
export async function admissionOf(policy: Policy, need: Need, visit: Visit): Promise<Admission> {
  const { asker, place } = visit;
  switch (need.action) {
    case "none":
      return { ok: true, view: NOTHING };
    case "manage":
    case "administer": {
      const decision = mayDo(policy, { asker, place, action: need.action, group: "*" });
      if (!decision.allowed)
        return {
          ok: false,
          complaint: await sentence(policy, { ...visit, action: need.action, groups: [], why: decision.why }),
        };
      return { ok: true, view: await viewFor(policy, need.groups, visit) };
    }
    case "ask": {
      const view = await viewFor(policy, need.groups, visit);
      const seen = need.groups.filter((group) => view.groups.has(group));
      const isAdmitted = need.leavesOut ? seen.length > 0 : seen.length === need.groups.length;
      if (!isAdmitted && view.leftOut !== null) return { ok: false, complaint: view.leftOut };
      const complaint = need.names === true ? await namesRefused(policy, need.groups, visit) : null;
      return complaint === null ? { ok: true, view } : { ok: false, complaint };
    }
  }
}

/** Whether the visitor may give a command of that need, without a word on why not. */
export function isOffered(policy: Policy, need: Need, visit: Visit): boolean {
  const { asker, place } = visit;
  switch (need.action) {
    case "none":
      return true;
    case "manage":
    case "administer":
      return mayDo(policy, { asker, place, action: need.action, group: "*" }).allowed;
    case "ask": {
      const seen = need.groups.filter((group) => maySee(policy, visit, group, "numbers").allowed);
      const isSeen = need.leavesOut ? seen.length > 0 || need.groups.length === 0 : seen.length === need.groups.length;
      return (
        isSeen && (need.names !== true || need.groups.every((group) => maySee(policy, visit, group, "names").allowed))
      );
    }
  }
}

async function namesRefused(policy: Policy, groups: readonly Group[], visit: Visit): Promise<string | null> {
  for (const group of groups) {
    const decision = maySee(policy, visit, group, "names");
    if (!decision.allowed) return sentence(policy, { ...visit, action: "names", groups: [group], why: decision.why });
  }
  return null;
}

interface Viewer extends Omit<Visit, "asker"> {
  readonly asker: Asker | null;
}

export async function viewFor(policy: Policy, groups: readonly Group[], viewer: Viewer): Promise<View> {
  const refusals = groups.flatMap((group) => {
    const decision = maySee(policy, viewer, group, "numbers");
    return decision.allowed ? [] : [{ group, why: decision.why }];
  });
  const [first] = refusals;
  const seen = groupsSeen(policy, viewer);
  if (first === undefined) return { ...seen, leftOut: null };
  const action = viewer.audience === "everyone" && isOfPlace(policy, viewer, first.group) ? "show" : "ask";
  const leftOut = await sentence(policy, {
    ...viewer,
    action,
    groups: refusals.map(({ group }) => group),
    why: first.why,
  });
  return { ...seen, leftOut };
}

/** Whether the place is what stands in the way, and not the person. */
function isOfPlace(policy: Policy, { asker, place }: Viewer, group: Group): boolean {
  return asker === null || mayDo(policy, { asker, place, action: "ask", group }).allowed;
}

function sentence(
  policy: Policy,
  refused: Pick<Viewer, "place" | "prefix" | "nameOf"> & { action: Action; groups: readonly Group[]; why: Refusal },
): Promise<string> {
  const { place, prefix, nameOf, action, groups, why } = refused;
  return refusalSentence({ policy, place, prefix, nameOf, action, groups, why });
}
