import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

interface Held {
  readonly id: string;
  readonly key: string;
  readonly channel: string;
}

export interface PostOffice {
  readonly url: string;
  /** What readers see, by channel. */
  shown(): Map<string, number>;
  readonly seen: {
    posts: number;
    lostReplies: number;
    refused429: number;
    failed5xx: number;
    late: number;
    removed: number;
  };
}

/**
 * A chat platform over HTTP that fails: of the posts some are accepted and not answered, some answered 429 or 503 (the
 * latter before or after they were accepted), and some accepted only after the sender has given up.
 */
export async function openPostOffice(random: () => number): Promise<PostOffice> {
  const held = new Map<string, Held>();
  const seen = { posts: 0, lostReplies: 0, refused429: 0, failed5xx: 0, late: 0, removed: 0 };
  let number = 0;
  const accept = (key: string, channel: string) => {
    const id = `m${(number += 1)}`;
    held.set(id, { id, key, channel });
    return id;
  };
  const server = createServer((request, response) => void respond(request, response));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await answer(new URL(request.url ?? "/", "http://office"), request.method ?? "GET");
    if (reply === "nothing") {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.body));
  }

  async function answer(url: URL, method: string): Promise<{ status: number; body: unknown } | "nothing"> {
    const [key, channel] = [url.searchParams.get("key") ?? "", url.searchParams.get("channel") ?? ""];
    if (method === "GET") {
      const found = [...held.values()].filter((one) => one.key === key && one.channel === channel);
      return { status: 200, body: found.map(({ id }) => id) };
    }
    if (method === "DELETE") {
      seen.removed += Number(held.delete(url.searchParams.get("id") ?? ""));
      return { status: 200, body: {} };
    }
    seen.posts += 1;
    const fate = random();
    await sleep(5 + 30 * random());
    if (fate < 0.15) {
      seen.lostReplies += 1;
      accept(key, channel);
      return "nothing";
    }
    if (fate < 0.2) return "nothing";
    if (fate < 0.3) {
      seen.refused429 += 1;
      return { status: 429, body: { retryAfterMs: 100 + Math.floor(300 * random()) } };
    }
    if (fate < 0.4) {
      seen.failed5xx += 1;
      if (random() < 0.5) accept(key, channel);
      return { status: 503, body: {} };
    }
    if (fate < 0.46) {
      seen.late += 1;
      setTimeout(() => accept(key, channel), 900 + 500 * random());
      return "nothing";
    }
    return { status: 200, body: { id: accept(key, channel) } };
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    shown() {
      const counts = new Map<string, number>();
      for (const { channel } of held.values()) counts.set(channel, (counts.get(channel) ?? 0) + 1);
      return counts;
    },
  };
}
