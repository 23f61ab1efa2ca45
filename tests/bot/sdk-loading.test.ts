import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const ENTRIES = ["main", "cli"];
const SDKS = ["discord.js", "@slack/bolt"];

/** The packages that a built file loads before its first line runs, its own imports followed. */
function packagesLoadedBy(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const follow = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, specifier = ""] of readFileSync(path, "utf8").matchAll(/^(?:import|export)\b[^;"]*"([^"]+)";/gm))
      if (specifier.startsWith(".")) follow(join(dirname(path), specifier));
      else packages.add(specifier);
  };
  follow(entry);
  return packages;
}

test.each(ENTRIES)("%s loads no SDK of a chat platform before a platform is on", (entry) => {
  const loaded = packagesLoadedBy(`dist/${entry}.js`);
  expect(loaded).toContain("temporal-polyfill");
  for (const sdk of SDKS) expect(loaded).not.toContain(sdk);
});

test("control: the adapters do load them", () => {
  expect(packagesLoadedBy("dist/bot/platforms/slack/slack.js")).toContain("@slack/bolt");
  expect(packagesLoadedBy("dist/bot/platforms/discord/discord.js")).toContain("discord.js");
});
