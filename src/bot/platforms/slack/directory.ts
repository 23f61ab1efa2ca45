import type { webApi } from "@slack/bolt";
import { describeError, type Log } from "../../../core/log.ts";
import type { Subject } from "../../permission/policy.ts";
import { referenceText } from "../../permission/reference.ts";
import type { NameOf } from "../../permission/refusal-words.ts";
import { unknownPlace, type Asker, type Place, type PlaceKind, type Standing } from "../../asker.ts";
import { createRemembered } from "./remembered.ts";
import { neededScopes, scopeSentence } from "./refusals.ts";

/** Who is who and where is where in the workspace, as Slack says. What it does not say is unknown. Never rejects. */
export interface Directory {
  askerOf(user: string): Promise<Asker>;
  placeOf(channel: string, thread: string | null): Promise<Place>;
  readonly nameOf: NameOf;
}

export interface DirectoryParts {
  readonly client: webApi.WebClient;
  /** Null before the bot knows which workspace it is in. */
  readonly teamId: () => string | null;
  readonly log: Log;
  /** Milliseconds of a clock that never goes back. */
  readonly steadyNow?: () => number;
  readonly lookUpMs?: number;
}

const LOOK_UP_MS = 3_000;
const EVERY_GROUP = "*";

export function createDirectory(parts: DirectoryParts): Directory {
  const { client, teamId, log, steadyNow = () => performance.now(), lookUpMs: answerWithinMs = LOOK_UP_MS } = parts;
  const whenItFails = (what: string) => ({
    steadyNow,
    answerWithinMs,
    onFailure: (thrown: unknown) => {
      const scopes = neededScopes(thrown);
      const step = scopes.length === 0 ? {} : { step: scopeSentence(scopes) };
      log.warn({ platform: "slack", error: describeError(thrown), ...step }, `Slack does not say ${what}.`);
    },
  });
  const people = createRemembered({
    ask: async (user) => (await client.users.info({ user })).user,
    ...whenItFails("who somebody is"),
  });
  const groups = createRemembered({
    ask: async () => (await client.usergroups.list({ include_users: true })).usergroups ?? [],
    ...whenItFails("who is in which user group"),
  });
  const channels = createRemembered({
    ask: async (channel) => (await client.conversations.info({ channel })).channel,
    ...whenItFails("what kind of channel it is"),
  });

  async function nameKnownOf(subject: Subject): Promise<string | undefined> {
    switch (subject.kind) {
      case "everyone":
        return undefined;
      case "person": {
        const person = await people(subject.id);
        return atSign(person?.profile?.display_name || person?.name);
      }
      case "group":
        return atSign((await groups(EVERY_GROUP))?.find(({ id }) => id === subject.id)?.handle);
      case "channel": {
        const name = (await channels(subject.id))?.name;
        return name === undefined ? undefined : `#${name}`;
      }
    }
  }

  return {
    async askerOf(user) {
      const [person, all] = await Promise.all([people(user), groups(EVERY_GROUP)]);
      const theirs = all?.filter(({ users = [] }) => users.includes(user)).flatMap(({ id }) => id ?? []) ?? null;
      return { platform: "slack", person: user, groups: theirs, standing: standingOf(person ?? undefined, teamId()) };
    },
    async placeOf(channel, thread) {
      const found = await channels(channel);
      if (found === null || found === undefined) return { ...unknownPlace("slack", channel), thread };
      return { platform: "slack", channel, name: found.name ?? null, kind: kindOf(found), thread };
    },
    nameOf: async (subject) => (await nameKnownOf(subject)) ?? referenceText(subject),
  };
}

function atSign(name: string | undefined): string | undefined {
  return name === undefined || name === "" ? undefined : `@${name}`;
}

type SlackUser = webApi.UsersInfoResponse["user"];

function standingOf(user: SlackUser, teamId: string | null): Standing {
  if (user === undefined) return "unknown";
  const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])];
  const isForeign = teamId === null || !teams.includes(teamId);
  const isGuest = [user.is_restricted, user.is_ultra_restricted, user.is_stranger, user.deleted].includes(true);
  if (isForeign || isGuest) return "guest";
  return user.is_admin === true || user.is_owner === true ? "admin" : "member";
}

type SlackChannel = NonNullable<webApi.ConversationsInfoResponse["channel"]>;

/** A channel shared within one organisation is not shared with others; one that others are invited to already counts as shared. */
function kindOf(channel: SlackChannel): PlaceKind {
  const isShared = channel.is_shared === true && channel.is_org_shared !== true;
  if (channel.is_ext_shared === true || channel.is_pending_ext_shared === true || isShared) return "shared";
  if (channel.is_im === true) return "direct";
  return channel.is_private === true || channel.is_mpim === true ? "private" : "public";
}
