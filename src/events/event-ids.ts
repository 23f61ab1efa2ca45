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

/** The event with the other ids that it names in the form in which they are kept. */
export function withKeptIds(event: AnyEvent, keep: Keep): AnyEvent | Rejection {
  switch (event.type) {
    case "revenue": {
      const id = event.subscription_id ?? null;
      if (id === null) return event;
      return isPlaceholder(tidyId(id)) ? placeholder("subscription_id") : { ...event, subscription_id: keep(id) };
    }
    case "agent_session": {
      const agent = event.agent_id ?? null;
      if (tidyId(event.session_id) === "") return blank("session_id");
      if (agent !== null && tidyId(agent) === "") return blank("agent_id");
      return { ...event, session_id: keep(event.session_id), agent_id: agent === null ? null : keep(agent) };
    }
    case "ticket": {
      const id = event.ticket_id ?? null;
      if (id === null) return event;
      return tidyId(id) === "" ? blank("ticket_id") : { ...event, ticket_id: keep(id) };
    }
    default:
      return event;
  }
}

function blank(field: string): Rejection {
  return rejected("invalid_field", `\`${field}\` holds nothing but white space.`);
}

/** An event's own id is kept as it is, because its sender may take the event back by it; hidden when it holds an address. */
export function keptEventId(eventId: string | null, keep: Keep): string | null {
  return eventId !== null && holdsEmailAddress(eventId) ? keep(eventId) : eventId;
}
