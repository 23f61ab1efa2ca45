import { nearestWord } from "../../core/nearest-word.ts";
import { metricOf, type Group, type MetricName } from "../../metrics/catalogue.ts";
import type { View } from "../permission/view.ts";
import { quotation, wordList } from "../quotation.ts";

/** The parts of a digest, as they are chosen, in the order in which they are listed. */
export const SECTIONS = ["numbers", "money", "chart", "movements", "unusual", "tickets", "nps", "uptime"] as const;
export type Section = (typeof SECTIONS)[number];

export const SECTION_MEANINGS: Readonly<Record<Section, string>> = {
  numbers: "people, usage and errors",
  money: "MRR",
  chart: "MRR or active users, drawn",
  movements: "who came, changed plan or left",
  unusual: "what is not as on the same weekdays before",
  tickets: "open tickets and the oldest that waits",
  nps: "the score with its answers",
  uptime: "time up of the time observed",
};

/** The groups of metrics that a section tells; without one of them it is not whole. */
export function groupsOfSection(section: Section): readonly Group[] {
  switch (section) {
    case "numbers":
      return ["people", "health"];
    case "money":
    case "movements":
      return ["revenue"];
    case "chart":
      return [];
    case "unusual":
      return ["people", "usage", "health", "support"];
    case "tickets":
      return ["support"];
    case "nps":
      return ["satisfaction"];
    case "uptime":
      return ["health"];
  }
}

export type SectionsRead =
  | { readonly ok: true; readonly sections: readonly Section[] }
  | { readonly ok: false; readonly complaint: string };

/** "numbers, money" or "all", as a person typed it. */
export function readSections(typed: string): SectionsRead {
  const words = typed
    .toLowerCase()
    .split(/[\s,]+/u)
    .filter((word) => word !== "");
  if (words.length === 0 || words.includes("all")) return { ok: true, sections: SECTIONS };
  const stranger = words.find((word) => !isSection(word));
  if (stranger === undefined) return { ok: true, sections: SECTIONS.filter((section) => words.includes(section)) };
  const near = nearestWord(stranger, SECTIONS);
  const guess = near === null ? "" : ` Did you mean \`${near}\`?`;
  const choices = wordList(["all", ...SECTIONS], "and");
  return { ok: false, complaint: `There is no section ${quotation(stranger)}.${guess} There are ${choices}.` };
}

function isSection(word: string): word is Section {
  return (SECTIONS as readonly string[]).includes(word);
}

/** As it is stored: null is all, those that will come later included. */
export function storedSections(sections: readonly Section[]): string | null {
  return sections.length === SECTIONS.length ? null : sections.join(",");
}

export function sectionsStored(text: string | null): readonly Section[] {
  return text === null ? SECTIONS : text.split(",").filter(isSection);
}

/** The groups of metrics that may be told and were chosen, where numbers in a sentence are meant. */
export function groupsInWords({ groups }: Pick<View, "groups">, sections: readonly Section[]): ReadonlySet<Group> {
  const money = metricOf("mrr").group;
  const wanted = (group: Group) => sections.includes(group === money ? "money" : "numbers");
  return new Set([...groups].filter(wanted));
}

/** Whether a metric belongs to what was chosen. */
export function isChosen(metric: MetricName, sections: readonly Section[]): boolean {
  return sections.includes(metricOf(metric).group === metricOf("mrr").group ? "money" : "numbers");
}
