import { createCardKeeper, type CardKeeper } from "./card-keeper.ts";
import { createOpener, type Opener } from "./opener.ts";
import { createTeam, type Team } from "./team.ts";
import { createThreadFollower, type ThreadFollower } from "./thread-follower.ts";
import type { TicketingParts } from "./ticketing-parts.ts";

/** Tickets in chat: what commands, events and the minute tick work with. */
export interface Ticketing extends TicketingParts {
  readonly team: Team;
  readonly cards: CardKeeper;
  readonly opener: Opener;
  readonly follower: ThreadFollower;
}

export function createTicketing(parts: TicketingParts): Ticketing {
  const team = createTeam({ subjects: parts.settings.team });
  const cards = createCardKeeper(parts);
  const withTeam = { ...parts, team, cards };
  return { ...withTeam, opener: createOpener(withTeam), follower: createThreadFollower(withTeam) };
}
