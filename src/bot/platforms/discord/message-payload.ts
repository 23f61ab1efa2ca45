import type { APIEmbed } from "discord.js";
import { altText } from "../../../charts/alt-text.ts";
import { isEmpty, type Chart } from "../../../charts/chart.ts";
import type { Block, Choice, Message, Tone } from "../../message.ts";
import { sectionOf } from "./blocks.ts";
import { componentRows, type Row } from "./component-rows.ts";
import { LIMITS } from "./limits.ts";
import { cut, markdown, unmarked } from "./markdown.ts";
import { fit, paragraph, type Section } from "./sections.ts";
import { withoutTrailing } from "../../../core/trailing.ts";

export interface ChartFile {
  readonly name: string;
  readonly chart: Chart;
  /** Read aloud by screen readers. */
  readonly description: string;
}

interface Body {
  readonly embeds: APIEmbed[];
  readonly components: Row[];
  readonly allowed_mentions: { readonly parse: [] };
}

/** A message as Discord takes it; the pictures are still to be drawn. */
export interface MessagePayload {
  readonly body: Body;
  readonly charts: readonly ChartFile[];
}

interface Extras {
  /** The command that the message answers: gives it a button that shows the answer to the channel. */
  readonly share?: string;
  /** Must be in the small print, whatever the message says. */
  readonly reference?: string;
}

const COLOURS: Readonly<Record<Tone, number | null>> = {
  neutral: null,
  good: 0x2e_8b_57,
  bad: 0xc0_39_2b,
  warning: 0xd6_8a_00,
};

export function messagePayload(message: Message, { share, reference }: Extras = {}): MessagePayload {
  const { blocks, footer } = footerOf(message.blocks);
  const { rows, left } = componentRows(blocks, share);
  const sections = blocks.flatMap((block) => sectionOf(block) ?? []);
  const title = message.title === undefined ? "" : cut(message.title, LIMITS.embedTitle);
  const text = fit([...sections, ...left.map(commandLine)], LIMITS.embedDescription);
  const charts = chartFiles(blocks);
  const foot = footerText(footer, reference);
  const colour = COLOURS[message.tone];
  const first: APIEmbed = {
    ...(title === "" ? {} : { title }),
    ...(text === "" && title !== "" ? {} : { description: text === "" ? "Nothing to show." : text }),
    ...(colour === null ? {} : { color: colour }),
    ...(charts[0] === undefined ? {} : { image: imageOf(charts[0]) }),
    ...(foot === "" ? {} : { footer: { text: foot } }),
  };
  const further = charts.slice(1).map((chart): APIEmbed => ({ image: imageOf(chart) }));
  return { body: { embeds: [first, ...further], components: rows, allowed_mentions: { parse: [] } }, charts };
}

function imageOf({ name }: ChartFile): { url: string } {
  return { url: `attachment://${name}` };
}

/** The last note stands at the foot when only buttons and menus follow it. */
function footerOf(blocks: readonly Block[]): { readonly blocks: readonly Block[]; readonly footer: string } {
  const last = blocks.findLastIndex(({ kind }) => kind !== "buttons" && kind !== "menu");
  const note = blocks[last];
  if (note?.kind !== "note") return { blocks, footer: "" };
  return { blocks: blocks.toSpliced(last, 1), footer: note.text };
}

function footerText(footer: string, reference: string | undefined): string {
  const ending = reference === undefined || footer.includes(reference) ? "" : reference;
  if (ending === "" && unmarked(footer).length <= LIMITS.embedFooter) return unmarked(footer);
  const kept = reference ?? "";
  const start = cut(footer.replace(kept, ""), LIMITS.embedFooter - kept.length - 3, unmarked);
  return [withoutTrailing(start, " ·"), kept].filter((part) => part !== "").join(" · ");
}

function chartFiles(blocks: readonly Block[]): ChartFile[] {
  return blocks
    .flatMap((block) => (block.kind === "chart" && !isEmpty(block.chart) ? [block.chart] : []))
    .slice(0, Math.min(LIMITS.files, LIMITS.embeds))
    .map((chart, index) => ({
      name: `chart-${index + 1}.png`,
      chart,
      description: cut(altText(chart), LIMITS.attachmentDescription, unmarked),
    }));
}

function commandLine({ label, command }: Choice): Section {
  return paragraph((most) => cut(`${label}: /${command}`, most, markdown));
}
