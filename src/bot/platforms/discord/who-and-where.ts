import {
  ChannelType,
  GuildMember,
  PermissionFlagsBits,
  type BaseInteraction,
  type Channel,
  type Client,
  type Guild,
} from "discord.js";
import type { Subject } from "../../permission/policy.ts";
import { referenceText } from "../../permission/reference.ts";
import { unknownPlace, type Asker, type Place, type PlaceKind, type Standing } from "../../asker.ts";

/** Who asks, by what Discord sends with each interaction. */
export function askerOf({ guild, member, memberPermissions, user }: BaseInteraction): Asker {
  const isAdmin = memberPermissions?.has(PermissionFlagsBits.Administrator) === true || guild?.ownerId === user.id;
  const everyone = guild?.id;
  const roles = member instanceof GuildMember ? [...member.roles.cache.keys()] : (member?.roles ?? null);
  return {
    platform: "discord",
    person: user.id,
    groups: roles?.filter((role) => role !== everyone) ?? null,
    standing: member === null || guild === null ? "unknown" : isAdmin ? "admin" : ofServer(guild),
  };
}

/** Anybody can join a community's server, so that to be in it says nothing. */
function ofServer({ features }: Guild): Standing {
  return features.includes("COMMUNITY") || features.includes("DISCOVERABLE") ? "guest" : "member";
}

/** Of a member of any of the bot's servers, the highest. Rejects before the bot knows its servers. */
export async function standingOf(client: Client<true> | null, person: string): Promise<Standing> {
  if (client === null) throw new Error("Discord is not connected.");
  const guilds = [...client.guilds.cache.values()];
  const found = await Promise.all(
    guilds.map(async (guild): Promise<Standing> => {
      const member = await memberOf(guild, person);
      if (member === null) return "unknown";
      const isAdmin = guild.ownerId === person || member.permissions.has(PermissionFlagsBits.Administrator);
      return isAdmin ? "admin" : ofServer(guild);
    }),
  );
  return (["admin", "member", "guest"] as const).find((standing) => found.includes(standing)) ?? "unknown";
}

/** By what the gateway tells of the server's channels and roles, and keeps up to date. */
export function placeOf(client: Client<true> | null, channelId: string | null): Place {
  const channel = channelId === null ? undefined : client?.channels.cache.get(channelId);
  if (channel === undefined) return unknownPlace("discord", channelId ?? "");
  const parent = channel.isThread() ? channel.parent : null;
  const home = parent ?? channel;
  return {
    platform: "discord",
    channel: home.id,
    name: "name" in home ? home.name : null,
    kind: kindOf(channel),
    thread: channel.isThread() ? channel.id : null,
  };
}

function kindOf(channel: Channel): PlaceKind {
  if (channel.type === ChannelType.PrivateThread) return "private";
  if (channel.isDMBased()) return channel.type === ChannelType.DM ? "direct" : "private";
  const everyone = channel.guild.roles.cache.get(channel.guild.id);
  const readable = everyone === undefined ? null : channel.permissionsFor(everyone);
  if (readable === null || readable === undefined) return "unknown";
  return readable.has(PermissionFlagsBits.ViewChannel) ? "public" : "private";
}

/** "@kim", "@founders", "#numbers". Somebody whom the gateway has not told of is asked for. */
export async function nameOf(client: Client<true> | null, subject: Subject): Promise<string> {
  return (client === null ? null : await nameKnownOf(client, subject)) ?? referenceText(subject);
}

async function nameKnownOf(client: Client<true>, subject: Subject): Promise<string | null> {
  switch (subject.kind) {
    case "everyone":
      return null;
    case "person": {
      const members = await Promise.all(client.guilds.cache.map((guild) => memberOf(guild, subject.id)));
      const name = members.find((member) => member !== null)?.displayName;
      return name === undefined ? null : `@${name}`;
    }
    case "group": {
      const role = client.guilds.cache.map(({ roles }) => roles.cache.get(subject.id)).find((one) => one);
      return role === undefined ? null : `@${role.name}`;
    }
    case "channel": {
      const channel = client.channels.cache.get(subject.id);
      return channel !== undefined && "name" in channel && channel.name !== null ? `#${channel.name}` : null;
    }
  }
}

function memberOf({ members }: Guild, person: string): Promise<GuildMember | null> {
  return members.fetch(person).catch(() => null);
}
