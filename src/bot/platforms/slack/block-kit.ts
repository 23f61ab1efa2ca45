/** The part of Block Kit that we send. Rich text is never parsed by Slack, so nothing in it can become markup or a mention. */

export interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: false;
}

interface RichTextRun {
  readonly type: "text";
  readonly text: string;
  readonly style?: { readonly bold?: true; readonly code?: true };
}

/** An id that Slack gave us, never one from data. */
interface RichTextUser {
  readonly type: "user";
  readonly user_id: string;
}

export type RichTextElement = RichTextRun | RichTextUser;

interface RichTextPart {
  readonly type: "rich_text_section" | "rich_text_preformatted";
  readonly elements: readonly RichTextElement[];
}

export interface ButtonElement {
  readonly type: "button";
  readonly text: PlainText;
  readonly action_id: string;
  readonly value: string;
}

export interface SelectElement {
  readonly type: "static_select";
  readonly action_id: string;
  readonly placeholder: PlainText;
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
}

interface ChartPoint {
  readonly label: string;
  readonly value: number;
}

export interface ChartBlock {
  readonly type: "data_visualization";
  readonly title: string;
  readonly chart: {
    readonly type: "line" | "bar";
    readonly series: readonly { readonly name: string; readonly data: readonly ChartPoint[] }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label: string;
    };
  };
}

export type SlackBlock =
  | ChartBlock
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "rich_text"; readonly elements: readonly RichTextPart[] }
  | { readonly type: "context"; readonly elements: readonly PlainText[] }
  | { readonly type: "image"; readonly slack_file: { readonly id: string }; readonly alt_text: string }
  | { readonly type: "actions"; readonly elements: readonly (ButtonElement | SelectElement)[] };

/** With every message: Slack makes no mention, link or preview out of what it says. */
export const AS_WRITTEN = {
  parse: "none",
  link_names: false,
  mrkdwn: false,
  unfurl_links: false,
  unfurl_media: false,
} as const;

export interface SlackMessage {
  /** What notifications and screen readers say. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export function plain(text: string): PlainText {
  return { type: "plain_text", text, emoji: false };
}

export function paragraph(elements: readonly RichTextElement[]): SlackBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

export function preformatted(text: string): SlackBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }] };
}
