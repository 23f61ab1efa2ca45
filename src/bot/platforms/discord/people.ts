import { Routes, type APIChannel, type APIGuildMember, type Client, type REST } from "discord.js";
import { trouble, type Attempt, type Audience, type Members, type Person } from "../../conversation.ts";
import type { Destination } from "../../platform.ts";
import { attempt, CODE, isCode, PORTAL } from "./failures.ts";

const PAGE = 1_000;

interface PeopleParts {
  readonly rest: REST;
  /** The server whose people they are; null: the bot is in none. */
  readonly guildId: () => string | null;
}

export async function directTo(personId: string, { rest }: PeopleParts): Promise<Attempt<Destination>> {
  return attempt(async () => {
    const channel = (await rest.post(Routes.userChannels(), { body: { recipient_id: personId } })) as APIChannel;
    return { platform: "discord", channel: channel.id };
  });
}

export async function audienceOf(audience: Audience, { rest, guildId }: PeopleParts): Promise<Attempt<Members>> {
  const guild = guildId();
  if (guild === null) return trouble("gone", "The bot is in no server.");
  switch (audience.kind) {
    case "group":
      return roleMembers(guild, audience.id, rest);
    case "people":
      return attempt(() => named(guild, audience.ids, rest));
  }
}

/** Only the owner is known without asking for all members. */
export function adminsOf(client: Client<true> | null, guildId: string | null): Attempt<readonly string[]> {
  if (client === null) return trouble("unclear", "Discord is not connected. Try again in a minute.");
  const guild = guildId === null ? undefined : client.guilds.cache.get(guildId);
  return guild === undefined ? trouble("gone", "The bot is in no server.") : { ok: true, value: [guild.ownerId] };
}

async function roleMembers(guild: string, role: string, rest: REST): Promise<Attempt<Members>> {
  const people: Person[] = [];
  const answer = await attempt(async () => {
    for (let after = "0", full = true; full;) {
      const query = new URLSearchParams({ limit: String(PAGE), after });
      const page = (await rest.get(Routes.guildMembers(guild), { query })) as APIGuildMember[];
      // The role that has the server's own id is everyone's.
      people.push(...page.filter(({ roles }) => role === guild || roles.includes(role)).map(personOf));
      full = page.length === PAGE;
      after = page.at(-1)?.user.id ?? after;
    }
    return { people, missing: [] };
  });
  if (answer.ok || answer.why !== "forbidden") return answer;
  const step = `Turn on Server Members Intent at ${PORTAL} (Bot, Privileged Gateway Intents).`;
  return { ...answer, reason: `Discord does not tell who has a role. ${step}` };
}

/** Who is not in the server is `missing`. */
async function named(guild: string, ids: readonly string[], rest: REST): Promise<Members> {
  const people: Person[] = [];
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    try {
      people.push(personOf((await rest.get(Routes.guildMember(guild, id))) as APIGuildMember));
    } catch (thrown) {
      if (!isCode(thrown, CODE.unknownMember) && !isCode(thrown, CODE.unknownUser)) throw thrown;
      missing.push(id);
    }
  }
  return { people, missing };
}

function personOf({ user }: APIGuildMember): Person {
  return { id: user.id, isBot: user.bot === true };
}
