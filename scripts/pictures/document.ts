import { readFileSync } from "node:fs";
import { fontFile, type Weight } from "../../src/charts/font-files.ts";
import { escapeXml } from "../../src/charts/svg-markup.ts";

export const escapeHtml = escapeXml;

/** A page without anything from elsewhere, in the bundled font. */
export function document(style: string, main: string): string {
  const faces = ([400, 600] as const).map(face).join("");
  return `<!doctype html><meta charset="utf-8"><style>${faces} body { margin: 0 } main { box-sizing: border-box } ${style}</style><main>${main}</main>`;
}

function face(weight: Weight): string {
  const data = readFileSync(fontFile("latin", weight)).toString("base64");
  return `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}) }`;
}
