import type { webApi } from "@slack/bolt";
import type { Attempt, MessageRef, Reaction } from "../../conversation.ts";
import type { Roster } from "./roster.ts";
import { emojiNamed, slackName } from "./emoji-names.ts";
import { refusalCode } from "./refusals.ts";
import { attempt } from "./troubles.ts";

interface ReactionParts {
  /** Waits as long as Slack asks. */
  readonly patient: webApi.WebClient;
  readonly roster: Roster;
}

export async function react(
  { channel, id }: MessageRef,
  emoji: readonly string[],
  { patient }: Pick<ReactionParts, "patient">,
): Promise<Attempt> {
  return attempt(async () => {
    for (const one of emoji) {
      try {
        await patient.reactions.add({ channel, timestamp: id, name: slackName(one) });
      } catch (thrown) {
        if (refusalCode(thrown) !== "already_reacted") throw thrown;
      }
    }
    return null;
  });
}

export async function reactionsOf(
  { channel, id }: MessageRef,
  { patient, roster }: ReactionParts,
): Promise<Attempt<readonly Reaction[]>> {
  return attempt(async () => {
    const answer = await patient.reactions.get({ channel, timestamp: id, full: true });
    const reactions = (answer.message?.reactions ?? []).map(({ name = "", users = [] }) => ({ name, users }));
    const people = await roster.peopleOf(reactions.flatMap(({ users }) => users));
    return reactions.flatMap(({ name, users }) =>
      users.map((user) => ({ emoji: emojiNamed(name), person: people.get(user) ?? { id: user, isBot: false } })),
    );
  });
}
