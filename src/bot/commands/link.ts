import { Problem } from "../../core/problem.ts";
import { storable } from "../../core/storable-text.ts";
import { defineCommand, type Command } from "../command.ts";
import { MANAGES } from "../permission/need.ts";
import { readReference, referenceText } from "../permission/reference.ts";
import type { AskingContext } from "./context.ts";

/** Who somebody in chat is in the product; whoever may manage says so, because it changes whose answers count. */
export function createLink({ surveys }: Pick<AskingContext, "surveys">): Command {
  return defineCommand({
    path: ["link"],
    description: "say who somebody in chat is in the product, or on the other chat, so that they count once",
    options: {
      who: { kind: "reference", description: "a person in chat" },
      user: {
        kind: "text",
        description: "their user id in the product, or themselves on the other chat",
        longest: 200,
      },
    },
    access: () => MANAGES,
    async run({ who, user }, { asker, nameOf }) {
      if (who.kind !== "person")
        throw new Problem("no_person", 400, "Only a person can be linked.", { next: "Mention one: `link @kim u_42`." });
      if (storable(user, 200) !== user)
        throw new Problem("no_user", 400, "That is no user id.", { next: "Write `link @kim u_42`." });
      const other = readReference(user);
      const to = other?.kind === "person" ? { person: referenceText(other).replace(":user:", ":") } : { userId: user };
      const linkedBy = `${asker.platform}:${asker.person}`;
      await surveys.link(`${who.platform}:${who.id}`, to, linkedBy);
      const whom =
        other?.kind === "person" ? `the same person as ${await nameOf(other)}` : `\`${user}\` in the product`;
      const text = `Done: ${await nameOf(who)} is ${whom}. Earlier answers count for them too.`;
      return { message: { tone: "good", blocks: [{ kind: "text", text }] }, data: { who, linked: true } };
    },
  });
}
