import { setImmediate as yieldToOthers } from "node:timers/promises";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart as ChartJs,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  Legend,
  PointElement,
  SubTitle,
  Title,
} from "chart.js";
import { createCanvas, type Canvas, type CanvasPattern } from "@napi-rs/canvas";
import { chartFrame, roomFor } from "./chart-frame.ts";
import { chartJsConfig } from "./chart-js-config.ts";
import type { Chart, Theme } from "./chart.ts";
import { registerFonts } from "./fonts.ts";
import { measureText } from "./measure-text.ts";
import { paletteOf } from "./palette.ts";
import { pngFile } from "./png-file.ts";
import { printable } from "./printable.ts";

export interface PngOptions {
  readonly theme: Theme;
  /** CSS pixels; the picture has twice as many. */
  readonly width?: number;
  readonly height?: number;
}

export interface PngRenderer {
  /** One picture at a time; callers queue up in order of call. */
  render(chart: Chart, options: PngOptions): Promise<Buffer>;
}

/** CSS pixels. Chat shows a picture at 360 to 600 of them: its words are readable on a phone. */
export const CHART_WIDTH = 600;
const HATCH_PIXELS = 12;

export function createPngRenderer(): PngRenderer {
  registerFonts();
  ChartJs.register(
    BarController,
    BarElement,
    CategoryScale,
    Filler,
    LinearScale,
    LineController,
    LineElement,
    Legend,
    PointElement,
    SubTitle,
    Title,
  );
  const canvas = createCanvas(CHART_WIDTH, CHART_WIDTH);
  let queue: Promise<unknown> = Promise.resolve();
  return {
    render(chart, options) {
      const turn = queue.then(async () => {
        await yieldToOthers();
        return draw(canvas, printable(chart), options);
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** The canvas is used again for the next picture: a new one each time leaves megabytes behind until the collector runs. */
async function draw(
  canvas: Canvas,
  chart: Chart,
  { theme, width = CHART_WIDTH, height = usualHeight(chart) }: PngOptions,
): Promise<Buffer> {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const palette = paletteOf(theme);
  const config = chartJsConfig(chart, {
    palette,
    width,
    measure: measureText,
    room: roomFor(chart, measureText),
    hatch: (colour) => hatchPattern(canvas, colour, palette.background) as unknown as string,
  });
  try {
    const drawn = new ChartJs(context, { ...config, plugins: [chartFrame(chart, palette)] });
    const png = pngFile({ width: canvas.width, height: canvas.height, rgba: canvas.data() });
    drawn.destroy();
    return await png;
  } catch (thrown) {
    ChartJs.getChart(context)?.destroy();
    throw thrown;
  }
}

const ROWS_TOP = 100;
const ROW = 34;

/** In CSS pixels: rows are as high as they need to be. */
export function usualHeight(chart: Chart): number {
  switch (chart.kind) {
    case "line":
    case "bar":
    case "stacked-bar":
      return 330;
    case "waterfall":
    case "funnel":
      return ROWS_TOP + ROW * Math.max(3, Math.min(chart.steps.length, 15));
  }
}

function hatchPattern(canvas: Canvas, colour: string, background: string): CanvasPattern | null {
  const tile = createCanvas(HATCH_PIXELS, HATCH_PIXELS);
  const context = tile.getContext("2d");
  context.fillStyle = background;
  context.fillRect(0, 0, HATCH_PIXELS, HATCH_PIXELS);
  context.fillStyle = `${colour}40`;
  context.fillRect(0, 0, HATCH_PIXELS, HATCH_PIXELS);
  context.strokeStyle = colour;
  context.lineWidth = 3;
  for (const shift of [-HATCH_PIXELS, 0, HATCH_PIXELS]) {
    context.beginPath();
    context.moveTo(shift - 2, HATCH_PIXELS + 2);
    context.lineTo(shift + HATCH_PIXELS + 2, -2);
    context.stroke();
  }
  return canvas.getContext("2d").createPattern(tile, "repeat");
}
