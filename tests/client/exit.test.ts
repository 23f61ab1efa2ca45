import { describe, expect, it } from "vitest";
import { runScript } from "../support/child.ts";
import { startBellwether, startUnrulyServer } from "./support.ts";

const SCRIPT = "tests/client/scripts/application.mjs";

describe("a program that uses the built client", () => {
  it.each(["hang", "refuse-connections", "pass"] as const)(
    "ends by itself when its work is done, whatever the server does (%s)",
    async (server) => {
      const unruly = await startUnrulyServer();
      unruly.play(server === "hang" ? "hang" : "pass");
      if (server === "refuse-connections") await unruly.leave();
      const child = runScript(SCRIPT, [unruly.url, "k", "just-end"]);
      expect(await child.ended).toMatchObject({ exitCode: 0, output: expect.stringContaining("recorded 20") });
    },
  );

  it("brings everything when it closes the client, also when nothing else keeps it alive", async () => {
    const bellwether = await startBellwether();
    const child = runScript(SCRIPT, [bellwether.url, bellwether.key, "close"]);
    const { exitCode, output } = await child.ended;
    expect([exitCode, output]).toEqual([0, expect.stringContaining("accepted 20")]);
    expect(await bellwether.db.read.run((sql) => sql`select count(*)::int as n from track_events`)).toEqual([
      { n: 20 },
    ]);
  });

  it("ends when it closes the client and the server hangs", async () => {
    const unruly = await startUnrulyServer();
    unruly.play("hang");
    const child = runScript(SCRIPT, [unruly.url, "k", "close"]);
    expect(await child.ended).toMatchObject({ exitCode: 0, output: expect.stringContaining("dropped 20") });
  });
});
