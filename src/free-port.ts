import { createServer } from "node:net";
import type { Config } from "./config.ts";
import { Problem } from "./core/problem.ts";
import type { RunningService } from "./running.ts";

/**
 * Looked at before a database is made: a start that cannot listen would leave an empty one behind, which later commands would answer
 * from. Throws `Problem` `cannot_listen` when another program has the port.
 */
export async function refuseTakenPort(
  { HOST, PORT, ROLE }: Pick<Config, "HOST" | "PORT" | "ROLE">,
  running: readonly RunningService[],
): Promise<void> {
  const serves = ROLE === "all" || ROLE === "api";
  if (!serves || PORT === 0 || !(await isTaken(HOST, PORT))) return;
  const service = running.find(({ address }) => address?.endsWith(`:${PORT}`) === true);
  const who =
    service === undefined
      ? ""
      : ` by the Bellwether that runs on ${service.data_dir ?? `PostgreSQL at ${service.database ?? "a server"}`} (process ${service.pid})`;
  throw new Problem("cannot_listen", 503, `Port ${PORT} is in use${who}.`, {
    next: "Set PORT to another, or stop the program that uses it.",
  });
}

/** The server itself reports any other reason not to listen. */
function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (thrown: NodeJS.ErrnoException) => resolve(thrown.code === "EADDRINUSE"));
    probe.listen(port, host, () => probe.close(() => resolve(false)));
  });
}
