// In a thread of its own, so that what is measured is the service and not the sender of the attack.
import { request, Agent } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

const EVERY_MS = 20;
const GIVEN_UP_MS = 10_000;
const agent = new Agent({ keepAlive: true });
const tookMs = [];
let failed = 0;

function ask() {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const asking = request(`${workerData.url}/healthz`, { agent, timeout: GIVEN_UP_MS }, (answer) => {
      answer.resume().on("end", () => {
        tookMs.push(performance.now() - startedMs);
        if (answer.statusCode !== 200) failed += 1;
        resolve();
      });
    });
    const fail = () => {
      tookMs.push(performance.now() - startedMs);
      failed += 1;
      resolve();
    };
    asking
      .on("timeout", () => asking.destroy())
      .on("error", fail)
      .end();
  });
}

let isOver = false;
parentPort.once("message", () => (isOver = true));
while (!isOver) {
  await ask();
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
agent.destroy();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
parentPort.postMessage({ tookMs, failed });
