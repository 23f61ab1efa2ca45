import type { MessagePayload } from "../../src/bot/platforms/discord/message-payload.ts";
import { document, escapeHtml } from "./document.ts";

const STYLE = `
main { background: #313338; color: #dbdee1; font: 15px/1.4 Inter, sans-serif; padding: 16px 18px; display: flex; gap: 14px; }
.icon { flex: none; width: 40px; height: 40px; border-radius: 20px; background: #2456d6; color: #fff; font: 600 19px/40px Inter; text-align: center; }
.name { font-weight: 600; color: #f2f3f5; } .app { background: #5865f2; color: #fff; border-radius: 3px; font-size: 10px; padding: 1px 4px; margin: 0 6px; }
.time { color: #949ba4; font-size: 12px; } .embed { background: #2b2d31; border-left: 4px solid #1e1f22; border-radius: 4px; padding: 8px 16px 16px 12px; margin-top: 6px; width: 432px; box-sizing: border-box; font-size: 14px; }
h1 { font: 600 16px/1.4 Inter; color: #f2f3f5; margin: 8px 0; } small { color: #949ba4; font-size: 12px; } img { display: block; width: 400px; border-radius: 4px; margin: 12px 0; }
code { background: #1e1f22; border-radius: 3px; padding: 1px 3px; font-size: 13px; } pre { background: #1e1f22; padding: 8px; font-size: 12px; border-radius: 4px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.foot { font-size: 12px; color: #b5bac1; } button { font: 14px Inter; background: #4e5058; color: #fff; border: 0; border-radius: 3px; padding: 7px 14px; margin: 6px 8px 0 0; }
`;

type Embed = MessagePayload["body"]["embeds"][number];

/** The payload as Discord shows it. `images` are addresses by `attachment://` name. */
export function discordPage(
  { embeds, components }: MessagePayload["body"],
  images: ReadonlyMap<string, string>,
  time: string,
): string {
  const shown = embeds.map((embed) => embedHtml(embed, images)).join("");
  const buttons = components.flatMap((row) =>
    row.components.map(
      (one) =>
        `<button>${escapeHtml("label" in one ? (one.label ?? "") : "placeholder" in one ? `${one.placeholder ?? ""} ▾` : "")}</button>`,
    ),
  );
  const head = `<span class="name">Bellwether</span><span class="app">APP</span><span class="time">Today at ${time}</span>`;
  return document(STYLE, `<div class="icon">B</div><div>${head}${shown}${buttons.join("")}</div>`);
}

function embedHtml({ title, description, color, image, footer }: Embed, images: ReadonlyMap<string, string>): string {
  const bar = color === undefined ? "" : ` style="border-color:#${color.toString(16).padStart(6, "0")}"`;
  const parts = [
    title === undefined ? "" : `<h1>${escapeHtml(title)}</h1>`,
    description === undefined ? "" : markdownHtml(description),
    image === undefined ? "" : `<img src="${images.get(image.url) ?? ""}">`,
    footer === undefined ? "" : `<div class="foot">${escapeHtml(footer.text)}</div>`,
  ];
  return `<div class="embed"${bar}>${parts.join("")}</div>`;
}

/** The part of Discord's Markdown that is sent. */
function markdownHtml(text: string): string {
  return text
    .split(/```\n?([\s\S]*?)```/)
    .map((part, index) =>
      index % 2 === 1 ? `<pre>${escapeHtml(part)}</pre>` : part.split("\n").map(lineHtml).join("<br>"),
    )
    .join("");
}

function lineHtml(line: string): string {
  const inner = line
    .replace(/^-# /, "")
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : wordsHtml(part)))
    .join("");
  return line.startsWith("-# ") ? `<small>${inner}</small>` : inner;
}

function wordsHtml(text: string): string {
  return escapeHtml(text)
    .replaceAll(/\*\*(.+?)\*\*/g, "<b>$1</b>")
    .replaceAll(/\\([^A-Za-z0-9\s])/g, "$1");
}
