import type { Attempt } from "../conversation.ts";
import type { PersonOrGroup, Policy } from "../permission/policy.ts";
import type { ChatPlatform } from "../platform.ts";

type Asked = Pick<ChatPlatform, "name" | "audienceOf" | "adminsOf">;

/**
 * The ids of the people who administer Bellwether on a platform: those of the policy, with the members of its groups; where
 * the policy names nobody at all, the admins of the workspace or the owner of the server.
 */
export async function adminsOn(platform: Asked, policy: Policy): Promise<Attempt<readonly string[]>> {
  const named = namedBy(policy);
  if (named.length === 0) return platform.adminsOf();
  const here = named.filter((subject) => subject.platform === platform.name);
  const people = here.filter(({ kind }) => kind === "person").map(({ id }) => id);
  for (const { kind, id } of here) {
    if (kind !== "group") continue;
    const members = await platform.audienceOf({ kind: "group", id });
    if (!members.ok) return members;
    people.push(...members.value.people.filter(({ isBot }) => !isBot).map((person) => person.id));
  }
  return { ok: true, value: [...new Set(people)] };
}

function namedBy({ admins, rules }: Policy): PersonOrGroup[] {
  const granted = rules.filter(({ action, allowed }) => action === "administer" && allowed);
  return [...admins, ...granted.map(({ subject }) => subject)].flatMap((subject) =>
    subject.kind === "person" || subject.kind === "group" ? [{ ...subject, kind: subject.kind }] : [],
  );
}
