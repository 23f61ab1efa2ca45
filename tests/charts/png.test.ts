import { createCanvas, loadImage } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import type { Chart } from "../../src/charts/chart.ts";
import { FONT_FAMILY } from "../../src/charts/fonts.ts";
import { createPngRenderer, type PngOptions } from "../../src/charts/png.ts";
import { lineOf } from "./example-charts.ts";

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
const TITLE = [40, 30, 500, 60] as const;
const PLOT = [200, 180, 1_300, 500] as const;

test("a picture is a PNG with two pixels for each of the page", async () => {
  const png = await renderer.render(lineOf(rising), { theme: "light" });
  expect(png.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_600, 800]);
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
      [1_599, 0],
      [0, 799],
      [1_599, 799],
    ] as const) {
      expect(at(x, y)).toEqual(colour);
    }
  }
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
  const middle = [720, 400, 200, 150] as const;
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
        { label: "a", values: values.map((value) => value ?? 60) },
        { label: "b", values: values.map(() => 0) },
      ],
    }),
  );
  const middle = [740, 180, 60, 400] as const;
  expect(full.inked(...middle)).toBeGreaterThan(inked(...middle) + 200);
});

test("a single number shows as a dot", async () => {
  const one = await draw(lineOf([14], { unit: "count" }));
  const none = await draw(lineOf([0], { unit: "count" }));
  const above = [760, 180, 200, 60] as const;
  expect(one.inked(...above)).toBeGreaterThan(none.inked(...above) + 50);
});

test("nothing but gaps is a sentence in the picture, without axes", async () => {
  const { inked } = await draw(lineOf([null, null, null]));
  expect(inked(640, 400, 320, 140)).toBeGreaterThan(300);
  expect(inked(0, 180, 500, 600)).toBe(0);
});

test.each(["line", "bar"] as const)("the day that is not over is drawn with less ink in a %s chart", async (kind) => {
  const chart = lineOf([50, 60, 70], { kind, title: "" });
  const blue: Colour = [0x24, 0x56, 0xd6];
  const over = (await draw(chart)).coloured(blue, ...PLOT);
  const partial = (await draw({ ...chart, lastIsPartial: true })).coloured(blue, ...PLOT);
  expect(partial).toBeGreaterThan(over * 0.5);
  expect(partial).toBeLessThan(over * 0.95);
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
  expect(width).toBe(1_600);
  expect(inked(...PLOT)).toBeGreaterThan(10_000);
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
