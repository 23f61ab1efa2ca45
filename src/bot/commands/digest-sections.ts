import { editionText, type Edition } from "../digest/edition.ts";
import { SECTIONS, SECTION_MEANINGS, type Section } from "../digest/section.ts";
import { noDigestText } from "../digest/subscription-words.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Block, Choice, Message } from "../message.ts";
import { MANAGES } from "../permission/need.ts";
import { referenceText } from "../permission/reference.ts";
import type { Destination } from "../platform.ts";
import { Problem } from "../../core/problem.ts";
import type { DigestContext } from "./context.ts";
import { sectionsText } from "./digest-changes.ts";
import { channelOption, destinationOf, editionOption, sectionsOf, sectionsOption } from "./digest-options.ts";

/** Says and changes which parts the digest of a channel has; in chat with a menu. */
export function createDigestSections({ subscriptions }: DigestContext): Command {
  return defineCommand({
    path: ["digest", "sections"],
    description: "which parts the digest of a channel has",
    options: {
      sections: { ...sectionsOption, description: "the parts, by comma, or all; left out, they are shown" },
      edition: editionOption,
      channel: channelOption,
    },
    access: () => MANAGES,
    async run({ sections: typed, edition, channel }, invocation) {
      const destination = destinationOf(channel, invocation);
      const who = await invocation.nameOf({ kind: "channel", platform: destination.platform, id: destination.channel });
      if (typed !== "") {
        const change = { change: "sections", edition, sections: sectionsOf(typed) } as const;
        await subscriptions.change(destination, change, invocation.asker);
      }
      const standings = await subscriptions.of(destination);
      const standing = standings.find((one) => one.edition === edition);
      if (standing === undefined) throw new Problem("no_digest", 409, noDigestText(standings, edition));
      const { sections } = standing;
      return {
        message: sectionsMessage({ who, destination, edition, sections }),
        data: { ...destination, edition, sections },
      };
    },
  });
}

interface Chosen {
  readonly who: string;
  readonly destination: Destination;
  readonly edition: Edition;
  readonly sections: readonly Section[];
}

function sectionsMessage(chosen: Chosen): Message {
  const { who, edition, sections } = chosen;
  const rows = SECTIONS.map((section) => [
    section,
    sections.includes(section) ? "yes" : "no",
    SECTION_MEANINGS[section],
  ]);
  const columns = ["section", "told", "what it is"].map((label) => ({ label, align: "left" }) as const);
  return {
    tone: "neutral",
    blocks: [
      { kind: "text", text: `In ${who}, ${editionText(edition)} has ${sectionsText(sections)}.` },
      { kind: "table", columns, rows },
      menuOf(chosen),
    ],
  };
}

/** Each option is one section more or less; the last one that is left stays. */
function menuOf({ destination, edition, sections }: Chosen): Block {
  const channel = referenceText({ kind: "channel", platform: destination.platform, id: destination.channel });
  const choice = (label: string, wanted: readonly Section[]): Choice => {
    const names = wanted.length === SECTIONS.length ? "all" : wanted.join(",");
    return { label, command: `digest sections --sections ${names} --edition ${edition} --channel ${channel}` };
  };
  const options = SECTIONS.flatMap((section) => {
    if (!sections.includes(section))
      return [
        choice(
          `With ${section}`,
          SECTIONS.filter((one) => sections.includes(one) || one === section),
        ),
      ];
    const others = sections.filter((one) => one !== section);
    return others.length === 0 ? [] : [choice(`Without ${section}`, others)];
  });
  const all = sections.length === SECTIONS.length ? [] : [choice("All sections", SECTIONS)];
  return { kind: "menu", label: "More or less", options: [...options, ...all], replaces: true };
}
