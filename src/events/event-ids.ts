import { holdsEmailAddress, isPlaceholder, tidyId } from "./outside-id.ts";
import { rejected, type Rejection } from "./rejection.ts";
import type { AnyEvent } from "./schema/events.ts";

/** The form in which an id is kept. */
export type Keep = (id: string) => string;

export interface IdsOfEvent {
  /** As kept; `null` when nobody is named. */
  readonly userId: string | null;
  readonly teamId: string | null;
  /** As sent, where that is not how it is kept: earlier versions may have kept it otherwise. */
  readonly sentUserId: string | null;
  readonly sentTeamId: string | null;
}

/** On these, a placeholder means that nobody is known. */
function mayBeAnonymous(event: AnyEvent): boolean {
  return event.type === "request" || event.type === "error";
}

/** Whom the event names: a person and a team. */
export function readIds(event: AnyEvent, keep: Keep): IdsOfEvent | Rejection {
  const user = readPerson("user_id", event, keep);
  if (typeof user === "object" && user !== null) return user;
  const team = readPerson("team_id", event, keep);
  if (typeof team === "object" && team !== null) return team;
  return {
    userId: user,
    teamId: team,
    sentUserId: sentWhenOther(event.user_id, user),
    sentTeamId: sentWhenOther(event.team_id, team),
  };
}

function sentWhenOther(sent: string | null | undefined, kept: string | null): string | null {
  return kept === null || sent === kept ? null : (sent ?? null);
}

function readPerson(field: "user_id" | "team_id", event: AnyEvent, keep: Keep): string | null | Rejection {
  const sent = event[field];
  if (sent === undefined || sent === null) return null;
  if (!isPlaceholder(tidyId(sent))) return keep(sent);
  return mayBeAnonymous(event) ? null : placeholder(field);
}

function placeholder(field: string): Rejection {
  return rejected(
    "placeholder_id",
    `\`${field}\` is what programs write when they have no id; send the real one, or leave the field out.`,
  );
}

/** An id of a subscription, session or ticket whose kept form is not the one that was sent. */
export interface Renamed {
  readonly column: "subscription_id" | "session_id" | "ticket_id";
  readonly kept: string;
  readonly sent: string;
}

interface KeptEvent {
  readonly event: AnyEvent;
  readonly renamed: Renamed | null;
}

/** The event with the other ids that it names in the form in which they are kept. */
export function withKeptIds(event: AnyEvent, keep: Keep): KeptEvent | Rejection {
  switch (event.type) {
    case "revenue": {
      const id = event.subscription_id ?? null;
      if (id === null) return { event, renamed: null };
      if (isPlaceholder(tidyId(id))) return placeholder("subscription_id");
      const kept = keep(id);
      return { event: { ...event, subscription_id: kept }, renamed: renamedId("subscription_id", kept, id) };
    }
    case "agent_session": {
      const agent = event.agent_id ?? null;
      if (tidyId(event.session_id) === "") return blank("session_id");
      if (agent !== null && tidyId(agent) === "") return blank("agent_id");
      const kept = keep(event.session_id);
      return {
        event: { ...event, session_id: kept, agent_id: agent === null ? null : keep(agent) },
        renamed: renamedId("session_id", kept, event.session_id),
      };
    }
    case "ticket": {
      const id = event.ticket_id ?? null;
      if (id === null) return { event, renamed: null };
      if (tidyId(id) === "") return blank("ticket_id");
      const kept = keep(id);
      return { event: { ...event, ticket_id: kept }, renamed: renamedId("ticket_id", kept, id) };
    }
    default:
      return { event, renamed: null };
  }
}

function renamedId(column: Renamed["column"], kept: string, sent: string): Renamed | null {
  return kept === sent ? null : { column, kept, sent };
}

function blank(field: string): Rejection {
  return rejected("invalid_field", `\`${field}\` holds nothing but white space.`);
}

/** An event's own id is kept as it is, because its sender may take the event back by it; hidden when it holds an address. */
export function keptEventId(eventId: string | null, keep: Keep): string | null {
  return eventId !== null && holdsEmailAddress(eventId) ? keep(eventId) : eventId;
}
