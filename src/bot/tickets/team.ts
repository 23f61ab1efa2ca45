import type { Asker } from "../asker.ts";
import type { Person } from "../conversation.ts";
import type { Subject } from "../permission/policy.ts";
import type { ChatPlatform } from "../platform.ts";

/** Who answers customers: the people, groups and roles of `SUPPORT_TEAM`; without it, whoever is no guest. */
export interface Team {
  includes(asker: Asker): boolean;
  /** By what the platform says now. Rejects when it does not say who is in a group. */
  includesAuthor(person: Person, platform: ChatPlatform): Promise<boolean>;
}

const REMEMBERED_MS = 300_000;

interface TeamParts {
  readonly subjects: readonly Subject[];
  /** Milliseconds of a clock that never goes back. */
  readonly steadyNow?: () => number;
}

export function createTeam({ subjects, steadyNow = () => performance.now() }: TeamParts): Team {
  const people = new Map<string, { readonly ids: ReadonlySet<string>; readonly sinceMs: number }>();
  const of = (platform: string) =>
    subjects.filter((subject) => subject.kind !== "everyone" && subject.platform === platform);

  async function membersOn(platform: ChatPlatform): Promise<ReadonlySet<string>> {
    const known = people.get(platform.name);
    if (known !== undefined && steadyNow() - known.sinceMs < REMEMBERED_MS) return known.ids;
    const ids = new Set<string>();
    for (const subject of of(platform.name)) {
      if (subject.kind === "person") ids.add(subject.id);
      if (subject.kind !== "group") continue;
      const members = await platform.audienceOf({ kind: "group", id: subject.id });
      if (!members.ok) throw new Error(`the members of SUPPORT_TEAM are not known: ${members.reason}`);
      for (const person of members.value.people) ids.add(person.id);
    }
    people.set(platform.name, { ids, sinceMs: steadyNow() });
    return ids;
  }

  return {
    includes({ platform, person, groups, standing }) {
      if (platform === "terminal") return true;
      if (subjects.length === 0) return standing === "admin" || standing === "member";
      return of(platform).some((subject) =>
        subject.kind === "person"
          ? subject.id === person
          : subject.kind === "group" && (groups ?? []).includes(subject.id),
      );
    },
    async includesAuthor({ id }, platform) {
      if (subjects.length > 0) return (await membersOn(platform)).has(id);
      const standing = await platform.standingOf(id);
      return standing === "admin" || standing === "member";
    },
  };
}
