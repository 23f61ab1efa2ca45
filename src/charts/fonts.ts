import { createRequire } from "node:module";
import { GlobalFonts } from "@napi-rs/canvas";

/** Family names of our own, so that a system font of the same name is never picked instead. */
const FAMILIES = {
  latin: "Bellwether Inter",
  "latin-ext": "Bellwether Inter Extended",
  cyrillic: "Bellwether Inter Cyrillic",
  greek: "Bellwether Inter Greek",
  vietnamese: "Bellwether Inter Vietnamese",
} as const;

const WEIGHTS = [400, 600] as const;

/** A CSS list: each family holds one script, a letter is taken from the first that has it. */
export const FONT_FAMILY = [...Object.values(FAMILIES).map((name) => `"${name}"`), "sans-serif"].join(", ");

/** Absolute path of a file of the bundled font. */
export function fontFile(script: keyof typeof FAMILIES, weight: (typeof WEIGHTS)[number]): string {
  const { resolve } = createRequire(import.meta.url);
  return resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`);
}

/** Makes the bundled font known to the canvas. Without it, text is silently missing on a machine without fonts. Repeating it does nothing. */
export function registerFonts(): void {
  for (const [script, family] of Object.entries(FAMILIES) as [keyof typeof FAMILIES, string][]) {
    if (GlobalFonts.has(family)) continue;
    for (const weight of WEIGHTS) {
      if (GlobalFonts.registerFromPath(fontFile(script, weight), family) === null) {
        throw new Error(`The bundled font ${family} ${weight} cannot be read; run npm ci again.`);
      }
    }
  }
}
