import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

export interface Measured {
  readonly healthz: {
    readonly asked: number;
    readonly failed: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  };
  /** The largest that was seen. */
  readonly memoryMb: number;
}

/** Watches a service while something is done to it: `/healthz` every 20 ms, and its memory. */
export function watch(url: string, pid: number): () => Promise<Measured> {
  const worker = new Worker(new URL("health-watch.mjs", import.meta.url), { workerData: { url } });
  let memoryMb = 0;
  const look = () => (memoryMb = Math.max(memoryMb, memoryOf(pid)));
  look();
  const timer = setInterval(look, 50);
  return async () => {
    clearInterval(timer);
    const told = new Promise<{ tookMs: number[]; failed: number }>((resolve, reject) => {
      worker.once("message", resolve).once("error", reject);
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
    worker.postMessage("over");
    const { tookMs, failed } = await told;
    await worker.terminate();
    const sorted = tookMs.sort((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
    return { healthz: { asked: sorted.length, failed, p50: at(0.5), p99: at(0.99), max: at(1) }, memoryMb };
  };
}

function memoryOf(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}
