import { GlobalFonts } from "@napi-rs/canvas";
import { fontFile, type Script, type Weight } from "./font-files.ts";

/** Family names of our own, so that a system font of the same name is never picked instead. */
const FAMILIES: readonly (readonly [Script, string])[] = [
  ["latin", "Bellwether Inter"],
  ["latin-ext", "Bellwether Inter Extended"],
  ["cyrillic", "Bellwether Inter Cyrillic"],
  ["greek", "Bellwether Inter Greek"],
  ["vietnamese", "Bellwether Inter Vietnamese"],
];

const WEIGHTS: readonly Weight[] = [400, 600];

/** A CSS list: each family holds one script, a letter is taken from the first that has it. */
export const FONT_FAMILY = [...FAMILIES.map(([, family]) => `"${family}"`), "sans-serif"].join(", ");

/** Makes the bundled font known to the canvas: without it, text is missing on a machine without fonts. Repeating it does nothing. */
export function registerFonts(): void {
  for (const [script, family] of FAMILIES) {
    if (GlobalFonts.has(family)) continue;
    for (const weight of WEIGHTS) {
      if (GlobalFonts.registerFromPath(fontFile(script, weight), family) === null) {
        throw new Error(`The bundled font ${family} ${weight} cannot be read; run npm ci again.`);
      }
    }
  }
}
