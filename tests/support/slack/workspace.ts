/** A member of the team, who types and clicks unless a test says who else. */
export const SOMEBODY = "U0HUMAN01";
export const NAME_OF_SOMEBODY = "dana";
/** A private channel, where that happens unless a test says where else. */
export const HOME_CHANNEL = "C000000001";

export interface SlackPerson {
  readonly name: string;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  /** Another workspace than ours. */
  readonly team_id?: string;
}

export interface SlackChannel {
  readonly name?: string;
  readonly is_private?: boolean;
  readonly is_im?: boolean;
  readonly is_mpim?: boolean;
  readonly is_shared?: boolean;
  readonly is_org_shared?: boolean;
  readonly is_ext_shared?: boolean;
  readonly is_pending_ext_shared?: boolean;
}

export interface SlackWorkspace {
  readonly people: Map<string, SlackPerson>;
  readonly channels: Map<string, SlackChannel>;
  /** Members by user group. */
  readonly groups: Map<string, { readonly handle: string; readonly users: readonly string[] }>;
}

export function createWorkspace(): SlackWorkspace {
  return {
    people: new Map<string, SlackPerson>([
      [SOMEBODY, { name: NAME_OF_SOMEBODY }],
      ["U0ADMIN01", { name: "kim", is_admin: true }],
      ["U0OWNER01", { name: "lee", is_owner: true, is_admin: true }],
      ["U0GUEST01", { name: "gil", is_restricted: true }],
      ["U0STRANGE", { name: "sam", is_stranger: true, team_id: "T0OTHERS1" }],
    ]),
    channels: new Map<string, SlackChannel>([
      [HOME_CHANNEL, { name: "team", is_private: true }],
      ["C000GENERAL", { name: "general" }],
      ["C000CHOSEN1", { name: "investors" }],
      ["C000CLOSED1", { name: "board", is_private: true }],
      ["C000PARTNER", { name: "partners", is_ext_shared: true, is_shared: true }],
      ["C000ORG0001", { name: "whole-company", is_shared: true, is_org_shared: true }],
      ["G000MPIM001", { name: "mpdm-dana--kim-1", is_mpim: true, is_private: true }],
      ["D000DIRECT1", { is_im: true }],
    ]),
    groups: new Map([["S0FOUNDERS", { handle: "founders", users: ["U0ADMIN01"] }]]),
  };
}

/** What `auth.test` of the emulator says. */
export const TEAM_ID = "T000000001";

/** Of the calls that tell who is who and where is where; null for all others, and for channels that only the emulator knows. */
export function answerOfWorkspace(
  method: string,
  body: Readonly<Record<string, unknown>>,
  scopes: readonly string[],
  { people, channels, groups }: SlackWorkspace,
): object | null {
  const lacking = (scope: string) =>
    scopes.includes(scope) ? null : { ok: false, error: "missing_scope", needed: scope, provided: scopes.join(",") };
  switch (method) {
    case "users.info": {
      const id = String(body["user"]);
      const person = people.get(id);
      if (person === undefined) return lacking("users:read") ?? { ok: false, error: "user_not_found" };
      const flags = { deleted: false, is_admin: false, is_owner: false, is_restricted: false };
      return lacking("users:read") ?? { ok: true, user: { id, team_id: TEAM_ID, is_bot: false, ...flags, ...person } };
    }
    case "usergroups.list": {
      const withUsers = String(body["include_users"]) === "true";
      const usergroups = [...groups].map(([id, { handle, users }]) => ({
        id,
        handle,
        name: handle,
        is_usergroup: true,
        user_count: users.length,
        ...(withUsers ? { users } : {}),
      }));
      return lacking("usergroups:read") ?? { ok: true, usergroups };
    }
    case "conversations.info": {
      const id = String(body["channel"]);
      const channel = channels.get(id);
      if (channel === undefined) return null;
      const flags = { is_private: false, is_im: false, is_mpim: false, is_shared: false, is_ext_shared: false };
      return lacking(scopeFor(channel)) ?? { ok: true, channel: { id, ...flags, ...channel } };
    }
    default:
      return null;
  }
}

function scopeFor({ is_im, is_mpim, is_private }: SlackChannel): string {
  if (is_im === true) return "im:read";
  if (is_mpim === true) return "mpim:read";
  return is_private === true ? "groups:read" : "channels:read";
}
