import { Problem } from "../../core/problem.ts";
import type { PersonOrGroup, Subject } from "../permission/policy.ts";
import type { ChatName } from "../platform.ts";
import type { SurveyAudience } from "./audience.ts";

/** Where a survey is asked: of all who read a channel, or of people alone. */
export type Target =
  | { readonly kind: "channel"; readonly platform: ChatName; readonly id: string }
  | { readonly kind: "people"; readonly whom: readonly PersonOrGroup[] };

/** Null: nobody was named. Throws `Problem` for what cannot be asked together. */
export function targetOf(named: readonly Subject[]): Target | null {
  const whom = named.filter(isPersonOrGroup);
  const [first, ...more] = named;
  if (first === undefined) return null;
  if (whom.length === named.length) return { kind: "people", whom };
  if (first.kind === "channel" && more.length === 0) return { kind: "channel", platform: first.platform, id: first.id };
  throw new Problem("no_audience", 400, "A survey is asked in one channel, or of people and groups.", {
    next: "Name one channel, like `#general`, or some of those whom you want to ask.",
  });
}

function isPersonOrGroup(subject: Subject): subject is PersonOrGroup {
  return subject.kind === "person" || subject.kind === "group";
}

/** One message for each place; `audience` is null for a channel. */
export function placesOf(target: Target, audience: SurveyAudience | null) {
  if (target.kind === "channel") return [{ platform: target.platform, channel: target.id, person: null }];
  return (audience?.people ?? []).map((one) => ({ ...one, channel: null }));
}
