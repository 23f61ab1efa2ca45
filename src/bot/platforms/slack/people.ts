import type { webApi } from "@slack/bolt";
import type { Attempt, Audience, Members } from "../../conversation.ts";
import type { Destination } from "../../platform.ts";
import type { Roster } from "./roster.ts";
import { attempt } from "./troubles.ts";

interface PeopleParts {
  /** Waits as long as Slack asks. */
  readonly patient: webApi.WebClient;
  readonly roster: Roster;
}

export async function directTo(personId: string, { patient }: PeopleParts): Promise<Attempt<Destination>> {
  return attempt(async () => {
    const { channel } = await patient.conversations.open({ users: personId });
    return { platform: "slack", channel: channel?.id ?? "" };
  });
}

export async function audienceOf(audience: Audience, { patient, roster }: PeopleParts): Promise<Attempt<Members>> {
  return attempt(async () => {
    const ids = audience.kind === "people" ? audience.ids : await groupMembers(audience.id, patient);
    const found = await roster.peopleOf(ids);
    return { people: [...found.values()], missing: [...new Set(ids)].filter((id) => !found.has(id)) };
  });
}

export async function adminsOf({ roster }: Pick<PeopleParts, "roster">): Promise<Attempt<readonly string[]>> {
  return attempt(() => roster.admins());
}

async function groupMembers(id: string, patient: webApi.WebClient): Promise<readonly string[]> {
  const { users } = await patient.usergroups.users.list({ usergroup: id });
  return users ?? [];
}
