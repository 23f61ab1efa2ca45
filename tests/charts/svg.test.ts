import { expect, test } from "vitest";
import { renderSparkline } from "../../src/charts/sparkline.ts";
import { renderSvg } from "../../src/charts/svg.ts";
import { lineOf, MOVEMENTS, STEPS_TO_PAYING } from "./example-charts.ts";

const HOSTILE = `</svg><script>alert("1")</script>'&\u0000\ud800`;

/** Throws unless every element is closed in order and every attribute is quoted; answers the names of the elements. */
function elementsOf(markup: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  const rest = markup.replaceAll(
    /<(\/?)([a-zA-Z]+)((?: [a-zA-Z][\w:-]*="[^"<>]*")*)(\/?)>/g,
    (_, closes, name, __, single) => {
      if (closes === "/") {
        if (open.pop() !== name) throw new Error(`${name} closes what it did not open`);
      } else {
        names.push(name);
        if (single !== "/") open.push(name);
      }
      return "";
    },
  );
  if (open.length > 0) throw new Error(`never closed: ${open.join(", ")}`);
  if (/[<>]|(?![\t\n\r])\p{Cc}|&(?!amp;|lt;|gt;|quot;|#39;)/u.test(rest)) throw new Error("stray markup");
  return names;
}

const kinds = ["line", "bar", "stacked-bar"] as const;

test.each(kinds)("a %s drawing is well formed and says what it shows", (kind) => {
  const svg = renderSvg(lineOf([1, null, 3, 4], { kind, lastIsPartial: true }), { id: "a" });
  expect(elementsOf(svg)[0]).toBe("svg");
  expect(svg).toContain('role="img"');
  expect(svg).toMatch(/aria-label="MRR, from \$1 on 17 Nov to \$3 on 19 Nov/);
  expect(svg).not.toContain("<title>");
});

test.each(kinds)("hostile names stay text in a %s drawing", (kind) => {
  const series = [
    { label: HOSTILE, values: [1, 2] },
    { label: HOSTILE, values: [2, 3] },
  ];
  const svg = renderSvg(lineOf([], { kind, title: HOSTILE, labels: [HOSTILE, "b"], series }), { id: "a" });
  expect(elementsOf(svg)).not.toContain("script");
  expect(svg).toContain("&lt;script&gt;");
  expect(svg).not.toMatch(/\p{Cs}/u);
});

test("colours are variables of the page, so that it follows light and dark", () => {
  const svg = renderSvg(lineOf([1, 2, 3]), { id: "a" });
  expect(svg).toContain("var(--chart-1, #");
  expect(svg).not.toMatch(/(fill|stroke)="#/);
  expect(svg).not.toContain("style=");
});

test("a gap breaks the line, and a number between two gaps is a dot", () => {
  const svg = renderSvg(lineOf([1, 2, null, 5, null, 3, 4]), { id: "a" });
  expect(svg.match(/<path d="M[^Z"]*" fill="none"/g)).toHaveLength(3);
  expect(svg.match(/<circle/g)).toHaveLength(2);
});

test("a day without data has no bar, and neither has a zero", () => {
  const svg = renderSvg(lineOf([5, null, 0, 7], { kind: "bar" }), { id: "a" });
  expect(svg.match(/<rect/g)).toHaveLength(2);
});

test("bars that touch have sharp edges, so that no hairline shows between them", () => {
  const drawn = (days: number) => renderSvg(lineOf(Array<number>(days).fill(5), { kind: "stacked-bar" }), { id: "a" });
  expect(drawn(365).match(/<rect[^>]*shape-rendering="crispEdges"/g)).toHaveLength(365);
  expect(drawn(5)).not.toContain("crispEdges");
});

test("the name of the last day ends within the picture", () => {
  const svg = renderSvg(lineOf(Array<number>(31).fill(5)), { id: "a", width: 400 });
  const last = [...svg.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="middle"[^>]*>([^<]+)</g)].at(-1);
  expect(Number(last?.[1]) + ((last?.[2]?.length ?? 0) * 6.5) / 2).toBeLessThanOrEqual(400);
});

test("the day that is not over is dotted in a line and hatched in bars", () => {
  const whole = { lastIsPartial: true } as const;
  expect(renderSvg(lineOf([1, 2, 3], whole), { id: "a" })).toContain("stroke-dasharray");
  expect(renderSvg(lineOf([1, 2, 3]), { id: "a" })).not.toContain("stroke-dasharray");
  expect(renderSvg(lineOf([1, 2, 3], { kind: "bar", ...whole }), { id: "a" })).toContain('fill="url(#a-hatch-0)"');
});

test("nothing but gaps is a sentence and not a line", () => {
  const svg = renderSvg(lineOf([null, null]), { id: "a" });
  expect(svg).toContain(">no data yet</text>");
  expect(elementsOf(svg)).not.toContain("path");
});

test("a sparkline without numbers is not drawn at all", () => {
  expect(renderSparkline([null, null])).toBe("");
  expect(elementsOf(renderSparkline([1, null, 2, 2]))).toEqual(["svg", "path", "path"]);
});

test("a waterfall and a funnel have a bar for each number, and their numbers beside them", () => {
  const waterfall = renderSvg(MOVEMENTS, { id: "a" });
  expect(elementsOf(waterfall).filter((name) => name === "rect")).toHaveLength(6);
  expect(waterfall).toContain(">+$632</text>");
  expect(waterfall).toContain(">$16.5k</text>");
  const funnel = renderSvg(STEPS_TO_PAYING, { id: "b" });
  expect(elementsOf(funnel).filter((name) => name === "rect")).toHaveLength(3);
  expect(funnel).toContain(">206 · 50 %</text>");
});

test("hostile names stay text beside the bars of a funnel", () => {
  const svg = renderSvg({ ...STEPS_TO_PAYING, title: HOSTILE, steps: [{ label: HOSTILE, count: 3 }] }, { id: "a" });
  expect(elementsOf(svg)).not.toContain("script");
});
