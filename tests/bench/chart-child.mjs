// Draws charts in a process that does nothing else, from the built program.
import { createCanvas } from "@napi-rs/canvas";
import { createPngRenderer } from "../../dist/charts/png.js";

const CHARTS = 1_000;
const WARM_AFTER = 50;
const MEGABYTE = 1024 * 1024;

let encodeMs = 0;
const prototype = Object.getPrototypeOf(createCanvas(1, 1));
const { encode } = prototype;
prototype.encode = async function (...how) {
  const start = performance.now();
  const bytes = await encode.apply(this, how);
  encodeMs += performance.now() - start;
  return bytes;
};

function chart(no) {
  const labels = Array.from({ length: 30 }, (_, at) => `2026-10-${String(at + 1).padStart(2, "0")}`);
  const values = labels.map((_, at) => 14_900 + at * 52 + Math.sin(at + no) * 300);
  return {
    kind: "line",
    title: `MRR ${no}`,
    unit: "money",
    currency: "USD",
    labels,
    series: [{ label: "MRR", values }],
  };
}

const renderer = createPngRenderer();
const started = process.memoryUsage.rss();
const took = [];
for (let no = 0; no < CHARTS; no += 1) {
  const start = performance.now();
  const png = await renderer.render(chart(no), { theme: no % 2 === 0 ? "light" : "dark" });
  if (png.length < 5_000) throw new Error("the picture is too small to be one");
  took.push(performance.now() - start);
  if (no === WARM_AFTER) encodeMs = 0;
}
const warm = took.slice(WARM_AFTER + 1);
process.stdout.write(
  JSON.stringify({
    firstMs: took[0],
    warmMs: warm.toSorted((a, b) => a - b)[Math.floor(warm.length / 2)],
    encodeShare: encodeMs / warm.reduce((sum, one) => sum + one, 0),
    startMegabytes: started / MEGABYTE,
    endMegabytes: process.memoryUsage.rss() / MEGABYTE,
    mostMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
