// Draws charts in a process that does nothing else, from the built program.
import { createPngRenderer } from "../../dist/charts/png.js";

const CHARTS = 1_000;
const WARM_AFTER = 50;
const MEGABYTE = 1024 * 1024;

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
let usedBefore = process.cpuUsage();
for (let no = 0; no < CHARTS; no += 1) {
  const start = performance.now();
  const png = await renderer.render(chart(no), { theme: no % 2 === 0 ? "light" : "dark" });
  if (png.length < 5_000) throw new Error("the picture is too small to be one");
  took.push(performance.now() - start);
  if (no === WARM_AFTER) usedBefore = process.cpuUsage();
}
const { user, system } = process.cpuUsage(usedBefore);
const warm = took.slice(WARM_AFTER + 1);
process.stdout.write(
  JSON.stringify({
    firstMs: took[0],
    warmMs: warm.toSorted((a, b) => a - b)[Math.floor(warm.length / 2)],
    cpuMs: (user + system) / 1_000 / warm.length,
    startMegabytes: started / MEGABYTE,
    endMegabytes: process.memoryUsage.rss() / MEGABYTE,
    mostMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
