import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Hello {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A bare Hono in a process of its own. */
export async function startHello(): Promise<Hello> {
  const child = fork(fileURLToPath(new URL("hello.mjs", import.meta.url)), { execArgv: [] });
  const exited = once(child, "exit");
  const [port] = (await once(child, "message")) as [number];
  return {
    url: `http://127.0.0.1:${port}/hello`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
