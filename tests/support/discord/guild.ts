/** Of the team unless a test says otherwise; `kim` is an administrator. */
export const PERSON = { dana: "700000000000000001", kim: "700000000000000002" } as const;
export const ROLE = { team: "650000000000000001", founders: "650000000000000002" } as const;
export const CHANNEL = {
  /** A private channel of the team: @everyone may not see it. */
  numbers: "500000000000000001",
  general: "500000000000000002",
  /** A thread of `general` that its members alone can read, and one that everyone can. */
  privateThread: "500000000000000003",
  publicThread: "500000000000000004",
  /** A further public and a further private channel. */
  investors: "500000000000000005",
  board: "500000000000000006",
} as const;

const VIEW_CHANNEL = "1024";
const SEND_AND_VIEW = "3072";

function role(id: string, name: string, permissions: string) {
  const looks = { color: 0, colors: { primary_color: 0, secondary_color: null, tertiary_color: null }, icon: null };
  return { id, name, permissions, position: 0, hoist: false, managed: false, mentionable: false, flags: 0, ...looks };
}

function textChannel(guildId: string, id: string, name: string, overwrites: readonly object[]) {
  return { id, type: 0, guild_id: guildId, name, position: 0, permission_overwrites: overwrites, nsfw: false };
}

function thread(guildId: string, id: string, type: 11 | 12) {
  return {
    id,
    type,
    guild_id: guildId,
    name: `thread-${type}`,
    parent_id: CHANNEL.general,
    owner_id: PERSON.dana,
    message_count: 0,
    member_count: 1,
    thread_metadata: {
      archived: false,
      auto_archive_duration: 60,
      archive_timestamp: "2026-01-01T00:00:00Z",
      locked: false,
    },
  };
}

/** A channel as an interaction tells it: without who may read it. */
export function partialChannel(guildId: string, id: string) {
  const { channels, threads } = guild(guildId);
  const { permission_overwrites: _, ...known } = channels.find((one) => one.id === id) ?? {
    ...textChannel(guildId, id, "elsewhere", []),
    ...threads.find((one) => one.id === id),
  };
  return { ...known, permissions: "0", flags: 0 };
}

/** A server as the gateway tells it. `features` makes a community of it. */
export function guild(id: string, features: readonly string[] = []) {
  const hidden = [
    { id, type: 0, allow: "0", deny: VIEW_CHANNEL },
    { id: ROLE.team, type: 0, allow: VIEW_CHANNEL, deny: "0" },
  ];
  const empty = ["members", "emojis", "stickers", "voice_states", "presences", "stage_instances"];
  const lists = Object.fromEntries([...empty, "guild_scheduled_events"].map((name) => [name, []]));
  return {
    id,
    name: "Acme",
    unavailable: false,
    owner_id: "1",
    member_count: 2,
    joined_at: "2026-01-01T00:00:00.000Z",
    ...lists,
    features,
    roles: [role(id, "@everyone", SEND_AND_VIEW), role(ROLE.team, "team", "0"), role(ROLE.founders, "founders", "0")],
    channels: [
      textChannel(id, CHANNEL.numbers, "numbers", hidden),
      textChannel(id, CHANNEL.general, "general", []),
      textChannel(id, CHANNEL.investors, "investors", []),
      textChannel(id, CHANNEL.board, "board", hidden),
    ],
    threads: [thread(id, CHANNEL.privateThread, 12), thread(id, CHANNEL.publicThread, 11)],
  };
}
