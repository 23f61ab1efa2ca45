/** What the emulator lacks of people, reactions and threads, and what Slack refuses of them. */

import { TEAM_ID, type SlackPerson } from "./workspace.ts";

type Fields = Readonly<Record<string, unknown>>;
type Direct = (method: string, body: object) => Promise<Record<string, unknown>>;

interface Message extends Fields {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly reply_count?: number;
}

export type Rooms = ReturnType<typeof createRooms>;

const MOST_EMOJI = 50;
const MOST_PER_PAGE = 1_000;
const SCOPES: Readonly<Record<string, string>> = {
  "reactions.add": "reactions:write",
  "reactions.get": "reactions:read",
  "users.list": "users:read",
  "usergroups.users.list": "usergroups:read",
  "conversations.open": "im:write",
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
};

const ok = (fields: object = {}) => ({ ok: true, ...fields });
const refuse = (error: string) => ({ ok: false, error });

export function createRooms(direct: Direct, tell: (event: object) => void, people: Map<string, SlackPerson>) {
  /** Who takes no direct messages. */
  const closed = new Set<string>();
  const groups = new Map<string, readonly string[]>();
  /** By message, by name of the emoji: who. */
  const votes = new Map<string, Map<string, Set<string>>>();
  /** Fields that Slack would have put on a message. */
  const marks = new Map<string, Fields>();
  /** Messages that left a gravestone, because others hang on them: by thread. */
  const tombs = new Map<string, Message>();
  let self = "";

  const key = (channel: string, ts: string) => `${channel}/${ts}`;

  async function threadOf(channel: string, ts: string): Promise<Message[]> {
    const { messages = [] } = await direct("conversations.replies", { channel, ts });
    const found = (messages as Message[]).map((message) => ({
      ...message,
      ...(message["user"] === self ? { bot_id: "B0BELLWETHER" } : {}),
      ...marks.get(key(channel, message.ts)),
    }));
    const tomb = tombs.get(key(channel, ts));
    const whole = tomb === undefined ? found : [tomb, ...found];
    return whole.map((message) =>
      message.ts === ts && whole.length > 1 ? { ...message, thread_ts: message.thread_ts ?? ts } : message,
    );
  }

  async function reactionTarget(body: Fields) {
    const [channel, ts] = [String(body["channel"]), String(body["timestamp"])];
    const isThere = (await threadOf(channel, ts)).some((message) => message.ts === ts);
    return isThere ? { channel, ts, emojis: votes.get(key(channel, ts)) ?? new Map<string, Set<string>>() } : null;
  }

  function change(channel: string, ts: string, name: string, person: string, isThere: boolean): void {
    const emojis = votes.get(key(channel, ts)) ?? new Map<string, Set<string>>();
    votes.set(key(channel, ts), emojis);
    const voters = emojis.get(name) ?? new Set<string>();
    if (isThere) voters.add(person);
    else voters.delete(person);
    if (voters.size === 0) emojis.delete(name);
    else emojis.set(name, voters);
    tell({
      type: isThere ? "reaction_added" : "reaction_removed",
      user: person,
      reaction: name,
      item: { type: "message", channel, ts },
      item_user: self,
      event_ts: ts,
    });
  }

  const userJson = ([id, person]: readonly [string, SlackPerson]) => ({
    id,
    team_id: TEAM_ID,
    is_bot: false,
    deleted: false,
    ...person,
  });

  const ANSWERS: Readonly<Record<string, (body: Fields) => Promise<object>>> = {
    async "reactions.add"(body) {
      const target = await reactionTarget(body);
      const name = String(body["name"]);
      if (target === null) return refuse("message_not_found");
      if (!/^[a-z0-9_+'-]+$/.test(name)) return refuse("invalid_name");
      if (target.emojis.get(name)?.has(self) === true) return refuse("already_reacted");
      if (target.emojis.size >= MOST_EMOJI && !target.emojis.has(name)) return refuse("too_many_emoji");
      change(target.channel, target.ts, name, self, true);
      return ok();
    },
    async "reactions.get"(body) {
      const target = await reactionTarget(body);
      if (target === null) return refuse("message_not_found");
      const most = String(body["full"]) === "true" ? Infinity : 20;
      const reactions = [...target.emojis].map(([name, users]) => ({
        name,
        users: [...users].slice(0, most),
        count: users.size,
      }));
      return ok({ type: "message", channel: target.channel, message: { type: "message", ts: target.ts, reactions } });
    },
    async "users.list"(body) {
      const limit = Math.min(Number(body["limit"] ?? 100), MOST_PER_PAGE);
      const start = Number(body["cursor"] ?? 0);
      const next = start + limit < people.size ? String(start + limit) : "";
      const members = [...people].slice(start, start + limit).map(userJson);
      return ok({ members, response_metadata: { next_cursor: next } });
    },
    async "usergroups.users.list"(body) {
      const users = groups.get(String(body["usergroup"]));
      return users === undefined ? refuse("no_such_subteam") : ok({ users });
    },
    async "conversations.replies"(body) {
      const [channel, ts] = [String(body["channel"]), String(body["ts"])];
      const thread = await threadOf(channel, ts);
      const [first, ...replies] = thread;
      if (first === undefined) return refuse("thread_not_found");
      const limit = Math.min(Number(body["limit"] ?? 1_000), MOST_PER_PAGE);
      const oldest = Number(body["oldest"] ?? 0);
      const start = Number(body["cursor"] ?? 0);
      const newer = replies.filter((message) => Number(message.ts) > oldest);
      const end = start + Math.max(limit - 1, 0);
      const more = end < newer.length;
      const shown = [first, ...newer.slice(start, end)];
      const withMetadata = String(body["include_all_metadata"]) === "true";
      return ok({
        messages: withMetadata ? shown : shown.map(({ metadata: _, ...rest }) => rest),
        has_more: more,
        ...(more ? { response_metadata: { next_cursor: String(end) } } : {}),
      });
    },
  };

  return {
    closed,
    groups,
    votes,
    marks,
    tombs,
    setSelf: (id: string) => void (self = id),
    self: () => self,
    addPerson(id: string, person: SlackPerson = { name: id.toLowerCase() }): string {
      people.set(id, person);
      return id;
    },
    react: (channel: string, ts: string, name: string, person: string) => change(channel, ts, name, person, true),
    unreact: (channel: string, ts: string, name: string, person: string) => change(channel, ts, name, person, false),
    /** The missing scope as Slack names it; null: the call may go on. */
    missingScope(method: string, granted: readonly string[]): object | null {
      const needed = SCOPES[method];
      if (needed === undefined || granted.includes(needed)) return null;
      return { ...refuse("missing_scope"), needed, provided: granted.join(",") };
    },
    /** Null: the emulator answers. */
    async answer(method: string, body: Fields): Promise<object | null> {
      if (method === "conversations.open") {
        const person = people.get(String(body["users"]));
        if (person === undefined) return refuse("user_not_found");
        if (person.deleted === true) return refuse("user_disabled");
        if (person.is_bot === true) return refuse("cannot_dm_bot");
        return closed.has(String(body["users"])) ? refuse("user_not_visible") : null;
      }
      return (await ANSWERS[method]?.(body)) ?? null;
    },
  };
}
