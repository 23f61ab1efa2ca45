import { createRequire } from "node:module";

export type Script = "latin" | "latin-ext" | "cyrillic" | "greek" | "vietnamese";
export type Weight = 400 | 600;

/** Absolute path of a WOFF2 file of the bundled font, Inter. */
export function fontFile(script: Script, weight: Weight): string {
  const { resolve } = createRequire(import.meta.url);
  return resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`);
}
