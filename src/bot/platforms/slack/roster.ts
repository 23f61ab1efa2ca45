import type { webApi } from "@slack/bolt";
import type { Clock, Temporal } from "../../../core/time.ts";
import type { Person } from "../../conversation.ts";
import { refusalCode } from "./refusals.ts";

const PAGE = 200;
const REST_MINUTES = 10;

interface RosterParts {
  readonly client: webApi.WebClient;
  readonly clock: Clock;
}

/** Who in the workspace is a bot. Slack tells that only of people, not with their reactions. */
export interface Roster {
  /** Those that are there, by id; who left or never was is absent. Rejects as the SDK does. */
  peopleOf(ids: readonly string[]): Promise<ReadonlyMap<string, Person>>;
  /** The ids of the workspace's admins and owners. Rejects as the SDK does. */
  admins(): Promise<readonly string[]>;
}

type User = NonNullable<webApi.UsersInfoResponse["user"]>;

/** Reads the whole list at first, and again for somebody unknown, but every ten minutes at most; then asks one by one. */
export function createRoster({ client, clock }: RosterParts): Roster {
  const known = new Map<string, Person | null>();
  const admins = new Set<string>();
  let listedAt: Temporal.Instant | null = null;
  let listing: Promise<void> = Promise.resolve();

  function note({ id, deleted, is_bot, is_workflow_bot, is_admin, is_owner }: User): void {
    if (id === undefined) return;
    const isBot = is_bot === true || is_workflow_bot === true || id === "USLACKBOT";
    // The reactions of a bot that was removed stay, and must not count as a person's.
    known.set(id, deleted === true && !isBot ? null : { id, isBot });
    if (deleted !== true && !isBot && (is_admin === true || is_owner === true)) admins.add(id);
  }

  /** Whoever comes while it is being read waits for it. */
  function list(): Promise<void> {
    const now = clock.now();
    if (listedAt !== null && now.since(listedAt).total("minutes") < REST_MINUTES) return listing;
    listedAt = now;
    listing = readAll().catch((thrown: unknown) => {
      listedAt = null;
      throw thrown;
    });
    return listing;
  }

  async function readAll(): Promise<void> {
    known.clear();
    admins.clear();
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const page: webApi.UsersListResponse = await client.users.list({
        limit: PAGE,
        ...(cursor === "" ? {} : { cursor }),
      });
      for (const user of page.members ?? []) note(user);
      cursor = page.response_metadata?.next_cursor || undefined;
    }
  }

  async function ask(id: string): Promise<void> {
    try {
      const { user } = await client.users.info({ user: id });
      if (user !== undefined) note(user);
    } catch (thrown) {
      if (refusalCode(thrown) !== "user_not_found" && refusalCode(thrown) !== "user_not_visible") throw thrown;
      known.set(id, null);
    }
  }

  return {
    async admins() {
      await list();
      return [...admins].toSorted();
    },
    async peopleOf(ids) {
      if (ids.some((id) => !known.has(id))) await list();
      for (const id of new Set(ids)) if (!known.has(id)) await ask(id);
      return new Map(ids.flatMap((id) => (known.get(id) ? [[id, known.get(id) as Person] as const] : [])));
    },
  };
}
