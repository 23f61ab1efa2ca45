import { once } from "node:events";
import { Problem } from "../../../src/core/problem.ts";
import { startEmbedded } from "../../../src/db/embedded/embedded.ts";
import { SILENT } from "../../support/silent.ts";

const [dataDir = "", port = "0", purpose = "service"] = process.argv.slice(2);
const say = (words: unknown) => process.stdout.write(`${JSON.stringify(words)}\n`);
try {
  const server = await startEmbedded({
    dataDir,
    log: SILENT,
    port: Number(port),
    purpose: purpose === "cli" ? "cli" : "service",
  });
  say({ ...server, uid: process.getuid?.() });
  const alive = setInterval(() => {}, 1_000);
  await once(process, "SIGTERM");
  clearInterval(alive);
  await server.stop();
} catch (thrown) {
  say(thrown instanceof Problem ? { code: thrown.code, detail: thrown.detail, next: thrown.next } : String(thrown));
  process.exitCode = 1;
}
