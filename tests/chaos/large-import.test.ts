import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { freshFolder, removeFolder, runProgram } from "../support/program.ts";

const MEGABYTE = 1024 * 1024;
const SIZE = 200 * MEGABYTE;
const PEOPLE = 5_000;

interface Sample {
  readonly bytes: number;
  readonly megabytes: number;
}

function residentMegabytes(pid: number): number {
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

test("an import of 200 MB takes no more memory in its last three quarters than in its first", async () => {
  const folder = await freshFolder();
  onTestFinished(() => removeFolder(folder));
  const samples: Sample[] = [];
  let pid = 0;
  let lines = 0;
  function* history(): Generator<string> {
    for (let bytes = 0; bytes < SIZE;) {
      const chunk = Array.from({ length: 1_000 }, () => line(lines++)).join("");
      bytes += chunk.length;
      yield chunk;
      samples.push({ bytes, megabytes: residentMegabytes(pid) });
    }
  }
  const words = ["import", "-", "--json"];
  const onStart = (started: number) => void (pid = started);
  const ran = await runProgram("cli", words, { DATA_DIR: folder }, { input: history(), onStart });
  expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([0, { accepted: lines, refused: 0 }]);
  const most = (of: readonly Sample[]) => Math.round(Math.max(...of.map(({ megabytes }) => megabytes)));
  const first = most(samples.filter(({ bytes }) => bytes <= SIZE / 4));
  const rest = most(samples.filter(({ bytes }) => bytes > SIZE / 4));
  console.log(JSON.stringify({ lines, megabytes: SIZE / MEGABYTE, mostInFirstQuarter: first, mostAfterwards: rest }));
  expect(rest - first).toBeLessThan(50);
});

function line(no: number): string {
  const event = {
    type: "track",
    id: `event-${no}`,
    user_id: `user-${no % PEOPLE}`,
    name: `thing-${no % 20}`,
    properties: { page: `/projects/${no % 1_000}`, words: "x".repeat(400) },
    occurred_at: new Date(Date.UTC(2025, 0, 1) + (no % 300) * 86_400_000).toISOString(),
  };
  return `${JSON.stringify(event)}\n`;
}
