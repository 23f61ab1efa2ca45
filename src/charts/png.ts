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
  PointElement,
} from "chart.js";
import { createCanvas, type Canvas, type CanvasPattern } from "@napi-rs/canvas";
import { chartFrame, frameRight, frameTop } from "./chart-frame.ts";
import { chartJsConfig } from "./chart-js-config.ts";
import type { Chart, Theme } from "./chart.ts";
import { registerFonts } from "./fonts.ts";
import { paletteOf } from "./palette.ts";
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

const WIDTH = 800;
const HEIGHT = 400;
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
    PointElement,
  );
  const canvas = createCanvas(WIDTH, HEIGHT);
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
  { theme, width = WIDTH, height = HEIGHT }: PngOptions,
): Promise<Buffer> {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const palette = paletteOf(theme);
  const config = chartJsConfig(chart, {
    palette,
    width,
    top: frameTop(chart),
    right: frameRight(chart, context),
    fade: (target, colour, area) => {
      if (area === undefined) return "transparent";
      const gradient = target.createLinearGradient(0, area.top, 0, area.bottom);
      gradient.addColorStop(0, `${colour}3d`);
      gradient.addColorStop(1, `${colour}05`);
      return gradient;
    },
    hatch: (colour) => hatchPattern(canvas, colour, palette.background),
  });
  try {
    const drawn = new ChartJs(context, { ...config, plugins: [chartFrame(chart, palette)] });
    const png = await canvas.encode("png");
    drawn.destroy();
    return png;
  } catch (thrown) {
    ChartJs.getChart(context)?.destroy();
    throw thrown;
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
