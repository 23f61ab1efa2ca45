import { createCanvas, loadImage } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import type { Chart } from "../../src/charts/chart.ts";
import { FONT_FAMILY } from "../../src/charts/fonts.ts";
import { createPngRenderer, type PngOptions } from "../../src/charts/png.ts";
import { pngFile } from "../../src/charts/png-file.ts";
import { lineOf, MOVEMENTS, STEPS_TO_PAYING } from "./example-charts.ts";

type Colour = readonly [red: number, green: number, blue: number];

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha of a pixel. */
  readonly at: (x: number, y: number) => number[];
  /** How many pixels of a rectangle differ from the background in the corner. */
  readonly inked: (x: number, y: number, width: number, height: number) => number;
  /** How many pixels of a rectangle have exactly this colour. */
  readonly coloured: (colour: Colour, x: number, y: number, width: number, height: number) => number;
}

async function picture(png: Buffer): Promise<Picture> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data];
  const [red = 0, green = 0, blue = 0] = at(0, 0);
  const coloured: Picture["coloured"] = (colour, x, y, width, height) => {
    const { data } = context.getImageData(x, y, width, height);
    let count = 0;
    for (let index = 0; index < data.length; index += 4) {
      if (data[index] === colour[0] && data[index + 1] === colour[1] && data[index + 2] === colour[2]) count += 1;
    }
    return count;
  };
  return {
    width: image.width,
    height: image.height,
    at,
    coloured,
    inked: (x, y, width, height) => width * height - coloured([red, green, blue], x, y, width, height),
  };
}

const renderer = createPngRenderer();
const draw = async (chart: Chart, options: PngOptions = { theme: "light" }) =>
  picture(await renderer.render(chart, options));

const rising = Array.from({ length: 30 }, (_, index) => 14_900 + index * 52);
const TITLE = [40, 30, 500, 50] as const;
const PLOT = [150, 170, 950, 400] as const;

test("a picture is a PNG with two pixels for each of the page", async () => {
  const png = await renderer.render(lineOf(rising), { theme: "light" });
  expect(png.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_200, 660]);
  const small = await renderer.render(lineOf(rising), { theme: "light", width: 400, height: 220 });
  expect([small.readUInt32BE(16), small.readUInt32BE(20)]).toEqual([800, 440]);
});

test("the background covers the whole picture, to the last corner", async () => {
  for (const [theme, colour] of [
    ["light", [255, 255, 255, 255]],
    ["dark", [21, 24, 30, 255]],
  ] as const) {
    const { at } = await draw(lineOf(rising), { theme });
    for (const [x, y] of [
      [0, 0],
      [1_199, 0],
      [0, 659],
      [1_199, 659],
    ] as const) {
      expect(at(x, y)).toEqual(colour);
    }
  }
});

test("the file holds the canvas pixel by pixel, as the canvas' own PNG does", async () => {
  const canvas = createCanvas(301, 97);
  const context = canvas.getContext("2d");
  context.fillStyle = "#123456";
  context.fillRect(0, 0, 301, 97);
  context.fillStyle = "#fe8001";
  context.arc(150, 48, 40, 0, 6);
  context.fill();
  const ours = await loadImage(await pngFile({ width: 301, height: 97, rgba: canvas.data() }));
  const drawnAgain = createCanvas(301, 97);
  drawnAgain.getContext("2d").drawImage(ours, 0, 0);
  expect(drawnAgain.data().equals(canvas.data())).toBe(true);
});

test("the title is really drawn", async () => {
  const named = await draw(lineOf(rising, { title: "Monthly revenue" }));
  const nameless = await draw(lineOf(rising, { title: "" }));
  expect(named.inked(...TITLE)).toBeGreaterThan(500);
  expect(nameless.inked(...TITLE)).toBe(0);
});

test.each([
  ["Revenue $16,412", 793, 812],
  ["Žižkov őř", 434.9, 446.2],
  ["Выручка", 422.7, 437.3],
  ["Έσοδα", 319.3, 328.7],
  ["Tiếng Việt", 479.8, 493.6],
])("the letters of %s come from the bundled font, whatever fonts the machine has", (text, regular, strong) => {
  const context = createCanvas(10, 10).getContext("2d");
  const width = (weight: number) => {
    context.font = `${weight} 100px ${FONT_FAMILY}`;
    return context.measureText(text).width;
  };
  expect(width(400)).toBeCloseTo(regular, 0);
  expect(width(600)).toBeCloseTo(strong, 0);
});

test("a gap stays empty", async () => {
  const whole = await draw(
    lineOf(
      Array.from({ length: 9 }, () => 50),
      { unit: "count", kind: "bar" },
    ),
  );
  const broken = await draw(lineOf([50, 50, 50, null, null, null, 50, 50, 50], { unit: "count", kind: "bar" }));
  const middle = [520, 340, 160, 120] as const;
  expect(whole.inked(...middle)).toBeGreaterThan(10_000);
  expect(broken.inked(...middle)).toBeLessThan(1_000);
});

test("a line does not cross a gap, and is drawn where numbers are", async () => {
  const values = Array.from({ length: 31 }, (_, index) => (index >= 10 && index <= 20 ? null : 50 + index));
  const { inked } = await draw(
    lineOf(values, {
      unit: "count",
      series: [
        { label: "a", values },
        { label: "b", values: values.map(() => 0) },
      ],
    }),
  );
  const full = await draw(
    lineOf(values, {
      unit: "count",
      series: [
        { label: "a", values: values.map((value) => value ?? 50) },
        { label: "b", values: values.map(() => 0) },
      ],
    }),
  );
  const middle = [540, 150, 50, 320] as const;
  expect(full.inked(...middle)).toBeGreaterThan(inked(...middle) + 200);
});

test("a single number shows as a dot", async () => {
  const one = await draw(lineOf([14], { unit: "count" }));
  const none = await draw(lineOf([0], { unit: "count" }));
  const above = [570, 150, 160, 60] as const;
  expect(one.inked(...above)).toBeGreaterThan(none.inked(...above) + 50);
});

test("nothing but gaps is a sentence in the picture, without axes", async () => {
  const { inked } = await draw(lineOf([null, null, null]));
  expect(inked(440, 300, 320, 140)).toBeGreaterThan(300);
  expect(inked(0, 150, 420, 500)).toBe(0);
});

test.each(["line", "bar"] as const)("the day that is not over is drawn with less ink in a %s chart", async (kind) => {
  const chart = lineOf([50, 60, 70], { kind, title: "" });
  const blue: Colour = [0x24, 0x56, 0xd6];
  const over = (await draw(chart)).coloured(blue, ...PLOT);
  const partial = (await draw({ ...chart, lastIsPartial: true })).coloured(blue, ...PLOT);
  expect(partial).toBeGreaterThan(over * 0.5);
  expect(partial).toBeLessThan(over * 0.95);
});

const RISE: Colour = [0x0b, 0x7f, 0x74];
const FALL: Colour = [0xc2, 0x57, 0x0c];

test("a waterfall shows what came and what went in two colours, and where it began and ended", async () => {
  const whole = [0, 0, 1_200, 676] as const;
  const { height, coloured } = await draw(MOVEMENTS);
  expect(height).toBe(676);
  const [rises, falls] = [coloured(RISE, ...whole), coloured(FALL, ...whole)];
  expect(rises).toBeGreaterThan(5_000);
  expect(rises / falls).toBeCloseTo((632 + 278) / (120 + 219), 0);
  const levels = { ...MOVEMENTS, steps: MOVEMENTS.steps.filter(({ role }) => role === "level") };
  expect((await draw(levels)).coloured(RISE, ...whole)).toBe(0);
});

test("a funnel's bars are as long as their shares, and a step that is not known has none", async () => {
  const bars = async (counts: readonly (number | null)[]) => {
    const steps = counts.map((count, index) => ({ label: `Step ${index}`, count }));
    const { coloured } = await draw({ ...STEPS_TO_PAYING, steps });
    return coloured([0x24, 0x56, 0xd6], 0, 0, 1_200, 404);
  };
  const some = await bars([400, 200, 0]);
  expect((await bars([400, 100, 300])) / some).toBeCloseTo(800 / 600, 1);
  expect(await bars([400, 200, null])).toBe(some);
});

test.each(["light", "dark"] as const)("what is drawn in the %s theme can be told from its ground", async (theme) => {
  for (const chart of [lineOf(rising), lineOf(rising, { kind: "bar" }), MOVEMENTS, STEPS_TO_PAYING]) {
    const { inked, width } = await draw(chart, { theme });
    expect(inked(0, 0, width, 400)).toBeGreaterThan(3_000);
  }
});

test("hostile and endless names do no harm", async () => {
  const label = "\u0000\ud800</script>".repeat(200);
  const chart = lineOf([1, 2], {
    title: label,
    labels: [label, label],
    kind: "stacked-bar",
    series: Array.from({ length: 12 }, () => ({ label, values: [1, 2] })),
  });
  const { width, inked } = await draw(chart);
  expect(width).toBe(1_200);
  expect(inked(...PLOT)).toBeGreaterThan(10_000);
  const steps = Array.from({ length: 40 }, () => ({ label, role: "change" as const, value: 7, count: 7 }));
  for (const rows of [
    { ...MOVEMENTS, title: label, steps },
    { ...STEPS_TO_PAYING, title: label, steps },
  ]) {
    expect((await draw(rows)).inked(0, 150, 1_200, 400)).toBeGreaterThan(1_000);
  }
});

test("pictures asked for at once come one after the other and each is its own", async () => {
  const charts = [rising, rising.toReversed(), [null, null]].map((values) => lineOf(values));
  const alone: string[] = [];
  for (const chart of charts) alone.push((await renderer.render(chart, { theme: "light" })).toString("base64"));
  const together = await Promise.all(charts.map((chart) => renderer.render(chart, { theme: "light" })));
  expect(together.map((png) => png.toString("base64"))).toEqual(alone);
  expect(new Set(alone).size).toBe(3);
});

test("a chart that cannot be drawn fails alone; the next one is drawn", async () => {
  const broken = renderer.render(lineOf([1, 2], { currency: "no currency" }), { theme: "light" });
  const next = renderer.render(lineOf([1, 2]), { theme: "light" });
  await expect(broken).rejects.toThrow(RangeError);
  expect((await next).length).toBeGreaterThan(5_000);
});
