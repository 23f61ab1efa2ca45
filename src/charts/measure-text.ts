import { createCanvas } from "@napi-rs/canvas";
import { FONT_FAMILY, registerFonts } from "./fonts.ts";

export function fontOf(weight: 400 | 600, pixels: number): string {
  return `${weight} ${pixels}px ${FONT_FAMILY}`;
}

/** Width in CSS pixels, in the bundled font. */
export function measureText(text: string, weight: 400 | 600, pixels: number): number {
  registerFonts();
  const context = createCanvas(1, 1).getContext("2d");
  context.font = fontOf(weight, pixels);
  return context.measureText(text).width;
}
