import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { onTestFinished } from "vitest";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export interface Told {
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type Reply = (told: Told, response: ServerResponse) => void;
export const takes: Reply = (_, response) => void response.writeHead(204).end();
/** It has it, and nobody learns so. */
export const keepsSilent: Reply = () => {};

/** Somebody on loopback who is told of tickets. What is not signed is not kept. */
export async function startReceiver(reply: Reply = takes, secret = SECRET) {
  const told: Told[] = [];
  const unsigned: string[] = [];
  let answer = reply;
  let wake = () => {};
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const headers = request.headers as Record<string, string>;
      try {
        const { type, data } = new Webhook(secret).verify(body, headers) as Pick<Told, "type" | "data">;
        const one = { id: headers["webhook-id"] ?? "", body, headers, type, data };
        told.push(one);
        answer(one, response);
      } catch {
        unsigned.push(body);
        response.writeHead(401).end();
      }
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    told,
    unsigned,
    url: `http://127.0.0.1:${port}/hooks/a-secret-in-the-path`,
    port,
    setReply: (given: Reply) => void (answer = given),
    hangUp: () => server.closeAllConnections(),
    /** Resolves at the next request. */
    next: () => new Promise<void>((resolve) => (wake = resolve)),
    of: (ticketId: string) => told.filter(({ data }) => data["ticket_id"] === ticketId).map(({ type }) => type),
  };
}
