import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { must, type Attack } from "./attack.ts";

const SOCKETS = 600;
const LASTS_MS = 20_000;

/** More connections that say nothing, or never end what they say, than the service may have open files. */
export const silentSockets: Attack = {
  name: "silent sockets",
  openFiles: 512,
  async run({ program, send }) {
    const { port, hostname } = new URL(program.url);
    const held: Socket[] = [];
    const beginnings = ["", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-", "POST /slack/events HTTP/1.1\r\nHost: x\r\n"];
    const open = (nth: number) => {
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.on("error", () => {}).on("close", () => held.splice(held.indexOf(socket), 1));
      socket.on("connect", () => socket.write(beginnings[nth % beginnings.length] ?? ""));
      socket.resume();
      held.push(socket);
    };
    let answered = 0;
    let opened = 0;
    try {
      for (const until = performance.now() + LASTS_MS; performance.now() < until;) {
        for (; held.length < SOCKETS; opened += 1) open(opened);
        const event = { type: "signup", id: `during-${answered}`, user_id: `u${answered}` };
        const response = await send(JSON.stringify({ events: [event] }));
        must(response.status === 200, `an event was answered with ${response.status}`);
        await response.arrayBuffer();
        answered += 1;
        await sleep(50);
      }
    } finally {
      for (const socket of held) socket.destroy();
    }
    return { opened, answered };
  },
};
