import {
  ButtonStyle,
  ComponentType,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
} from "discord.js";
import { altText } from "../../../charts/alt-text.ts";
import { isEmpty, type Chart } from "../../../charts/chart.ts";
import type { Block, Button, Message, Tone } from "../../message.ts";
import { sectionOf } from "./blocks.ts";
import { buttonId } from "./component-id.ts";
import { LIMITS } from "./limits.ts";
import { cut, markdown, unmarked } from "./markdown.ts";
import { fit, paragraph, type Section } from "./sections.ts";

export interface ChartFile {
  readonly name: string;
  readonly chart: Chart;
  /** Read aloud by screen readers. */
  readonly description: string;
}

type Row = APIActionRowComponent<APIButtonComponent>;

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
  const { rows, unbuttoned } = buttonRows(
    blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons : [])),
    share,
  );
  const sections = blocks.flatMap((block) => sectionOf(block) ?? []);
  const title = message.title === undefined ? "" : cut(message.title, LIMITS.embedTitle);
  const text = fit([...sections, ...unbuttoned.map(commandLine)], LIMITS.embedDescription);
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

/** The last note stands at the foot when only buttons follow it. */
function footerOf(blocks: readonly Block[]): { readonly blocks: readonly Block[]; readonly footer: string } {
  const last = blocks.findLastIndex((block) => block.kind !== "buttons");
  const note = blocks[last];
  if (note?.kind !== "note") return { blocks, footer: "" };
  return { blocks: blocks.toSpliced(last, 1), footer: note.text };
}

function footerText(footer: string, reference: string | undefined): string {
  const ending = reference === undefined || footer.includes(reference) ? "" : reference;
  if (ending === "" && unmarked(footer).length <= LIMITS.embedFooter) return unmarked(footer);
  const kept = reference ?? "";
  const start = cut(footer.replace(kept, ""), LIMITS.embedFooter - kept.length - 3, unmarked);
  return [start.replace(/[ ·]+$/u, ""), kept].filter((part) => part !== "").join(" · ");
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

function commandLine({ label, command }: Button): Section {
  return paragraph((most) => cut(`${label}: /${command}`, most, markdown));
}

/** `unbuttoned` are those that Discord has no room for: they are told as something to type. */
function buttonRows(buttons: readonly Button[], share: string | undefined): { rows: Row[]; unbuttoned: Button[] } {
  const shareId = share === undefined ? null : buttonId("share", share);
  const most = LIMITS.rows * LIMITS.buttonsInRow - (shareId === null ? 0 : 1);
  const made: { id: string; label: string }[] = [];
  const unbuttoned: Button[] = [];
  for (const button of buttons) {
    const id = buttonId("run", button.command);
    if (id === null || made.length === most || made.some((other) => other.id === id)) unbuttoned.push(button);
    else made.push({ id, label: cut(button.label, LIMITS.buttonLabel, unmarked) || "Show" });
  }
  if (shareId !== null) made.push({ id: shareId, label: "Share" });
  const rows = Array.from({ length: Math.ceil(made.length / LIMITS.buttonsInRow) }, (_, row): Row => {
    const inRow = made.slice(row * LIMITS.buttonsInRow, (row + 1) * LIMITS.buttonsInRow);
    return {
      type: ComponentType.ActionRow,
      components: inRow.map(({ id, label }) => ({
        type: ComponentType.Button,
        style: ButtonStyle.Secondary,
        label,
        custom_id: id,
      })),
    };
  });
  return { rows, unbuttoned };
}
