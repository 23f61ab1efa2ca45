import { must, tally, type Attack } from "./attack.ts";

const SEGMENTS: readonly string[] = [
  `x${"%40".repeat(20)}${".".repeat(137)}@`,
  `${"a.".repeat(90)}@`,
  "a@a.".repeat(50),
  `${"-".repeat(199)}!`,
  "%".repeat(200),
  ";a=".repeat(66),
  "0-".repeat(100),
  "eyJ.".repeat(50),
];

/** Hundreds of requests whose paths are made for regular expressions that go back over what they have read. */
export const hostilePaths: Attack = {
  name: "hostile paths",
  async run({ send }) {
    const statuses: number[] = [];
    let longestMs = 0;
    for (const [index, segment] of SEGMENTS.entries()) {
      const path = `/${Array.from({ length: 40 }, () => segment).join("/")}`.slice(0, 8_000);
      const events = Array.from({ length: 900 }, (_, n) => ({
        type: "request",
        id: `path-${index}-${n}`,
        method: "GET",
        path: `${path.slice(0, 7_990)}/${n}`,
        status: 200,
        duration_ms: 1,
      }));
      const startedMs = performance.now();
      const response = await send(JSON.stringify({ events }));
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    must(
      statuses.every((status) => status === 200 || status === 413),
      `hostile paths were answered with ${tally(statuses)}`,
    );
    return { requests: tally(statuses), longestMs: Math.round(longestMs) };
  },
};
