import type { RichTextElement, SlackBlock } from "../../src/bot/platforms/slack/block-kit.ts";
import { document, escapeHtml } from "./document.ts";

const STYLE = `
main { background: #fff; color: #1d1c1d; font: 15px/1.46 Inter, sans-serif; padding: 16px 20px; display: flex; gap: 10px; }
.icon { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #2456d6; color: #fff; font: 600 18px/36px Inter; text-align: center; }
.name { font-weight: 600; } .app { background: #eee; border-radius: 3px; font-size: 10px; padding: 1px 4px; color: #616061; margin: 0 6px; vertical-align: 1px; }
.time { color: #616061; font-size: 12px; } h1 { font: 600 18px/1.3 Inter; margin: 6px 0; } p { margin: 6px 0; }
small { display: block; color: #616061; font-size: 12px; margin: 6px 0; } img { display: block; width: 100%; border: 1px solid #ddd; border-radius: 8px; margin: 8px 0; }
code { color: #c01343; background: #f4f4f4; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; font-size: 13px; }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; font-size: 12px; white-space: pre-wrap; }
button { font: 600 13px Inter; background: #fff; border: 1px solid #bbb; border-radius: 6px; padding: 5px 11px; margin: 4px 8px 0 0; color: #1d1c1d; }
`;

/** The blocks as Slack's web page shows them. `images` are addresses by file id. */
export function slackPage(blocks: readonly SlackBlock[], images: ReadonlyMap<string, string>, time: string): string {
  const said = blocks.map((block) => blockHtml(block, images)).join("");
  const head = `<span class="name">Bellwether</span><span class="app">APP</span><span class="time">${time}</span>`;
  return document(STYLE, `<div class="icon">B</div><div>${head}${said}</div>`);
}

function blockHtml(block: SlackBlock, images: ReadonlyMap<string, string>): string {
  switch (block.type) {
    case "header":
      return `<h1>${escapeHtml(block.text.text)}</h1>`;
    case "rich_text":
      return block.elements
        .map(({ type, elements }) => {
          const text = elements.map(runHtml).join("");
          return type === "rich_text_section" ? `<p>${text.replaceAll("\n", "<br>")}</p>` : `<pre>${text}</pre>`;
        })
        .join("");
    case "context":
      return `<small>${block.elements.map(({ text }) => escapeHtml(text)).join(" ")}</small>`;
    case "data_visualization":
      return `<p><b>${escapeHtml(block.title)}</b></p>`;
    case "image":
      return `<img src="${images.get(block.slack_file.id) ?? ""}">`;
    case "actions":
      return block.elements
        .map((element) => (element.type === "button" ? element.text : element.placeholder))
        .map(({ text }) => `<button>${escapeHtml(text)}</button>`)
        .join("");
  }
}

function runHtml(run: RichTextElement): string {
  if (run.type === "user") return `@${escapeHtml(run.user_id)}`;
  const text = escapeHtml(run.text);
  const marked = run.style?.code === true ? `<code>${text}</code>` : text;
  return run.style?.bold === true ? `<b>${marked}</b>` : marked;
}
