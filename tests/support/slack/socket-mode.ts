import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";

export type EnvelopeType = "slash_commands" | "interactive" | "events_api";

interface Acknowledgement {
  readonly envelope_id: string;
  readonly payload?: unknown;
}

/** Slack's side of Socket Mode: hello, envelopes, acknowledgements. */
export function createSocketMode(server: Server) {
  const sockets = new Set<WebSocket>();
  const unacknowledged = new Map<string, (answer?: unknown) => void>();
  const arrivals: (() => void)[] = [];
  let greets = true;
  let connections = 0;
  const listener = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    listener.handleUpgrade(request, socket, head, (opened) => {
      connections += 1;
      sockets.add(opened);
      opened.on("close", () => sockets.delete(opened));
      opened.on("message", (data) => {
        const { envelope_id: id, payload } = JSON.parse(String(data as Buffer)) as Acknowledgement;
        unacknowledged.get(id)?.(payload);
        unacknowledged.delete(id);
      });
      if (!greets) return;
      opened.send(JSON.stringify({ type: "hello", num_connections: sockets.size }));
      for (const arrived of arrivals.splice(0)) arrived();
    });
  });

  /** Resolves when it is acknowledged, with what was answered. */
  function deliver(type: EnvelopeType, payload: object): Promise<unknown> {
    const socket = [...sockets].at(-1);
    if (socket === undefined) return Promise.reject(new Error("no socket is open"));
    const id = randomUUID();
    return new Promise((resolve) => {
      unacknowledged.set(id, resolve);
      socket.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: true }));
    });
  }

  return {
    deliver,
    connections: () => connections,
    open: () => sockets.size,
    /** Resolves at the next hello. */
    arrival: () => new Promise<void>((resolve) => arrivals.push(resolve)),
    setGreeting: (on: boolean) => {
      greets = on;
    },
    /** As a broken network does, without a close frame. What is not acknowledged by then is lost. */
    drop: () => {
      for (const forget of unacknowledged.values()) forget();
      unacknowledged.clear();
      for (const socket of sockets) socket.terminate();
    },
    /** From now on the open sockets take nothing and answer no ping: the network has died without a word. */
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    /** As Slack does before it recycles a connection. */
    askToReconnect: () => {
      for (const socket of sockets) socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested" }));
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
      listener.close();
    },
  };
}
