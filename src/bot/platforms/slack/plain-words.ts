const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** What a message says, without Slack's marks: mentions, links and dates become their words. */
export function plainWords(text: string): string {
  return text
    .replaceAll(/<([^<>]+)>/g, (_, inside: string) => wordsOf(inside))
    .replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function wordsOf(inside: string): string {
  const bar = inside.indexOf("|");
  const [target, label] = bar === -1 ? [inside, ""] : [inside.slice(0, bar), inside.slice(bar + 1)];
  switch (target.charAt(0)) {
    case "@":
      return `@${label === "" ? target.slice(1) : label.replace(/^@/, "")}`;
    case "#":
      return `#${label === "" ? target.slice(1) : label.replace(/^#/, "")}`;
    case "!":
      return label === "" ? `@${target.slice(1).replace(/^subteam\^/, "")}` : label;
    default:
      return label === "" || label === target ? target : `${label} (${target})`;
  }
}
