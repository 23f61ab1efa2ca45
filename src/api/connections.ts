import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Descriptors for the database, chat, files and the program itself. */
const DESCRIPTORS_KEPT = 128;
const FEWEST = 16;
const MOST = 10_000;

/** How many connections a process may hold that may have so many open files; null when that is not known. */
export function mostConnections(openFiles: number | null): number {
  if (openFiles === null) return MOST;
  return Math.max(FEWEST, Math.min(MOST, openFiles - DESCRIPTORS_KEPT));
}

/** The limit on open files of this process; null when the system does not say. */
export function openFilesLimit(): number | null {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}

interface Line {
  hasSpoken: boolean;
  /** What is under way on it. */
  exchange: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } | null;
}

/**
 * Keeps `server` below `most` connections. When there is no room, whoever says nothing gives way, the longest connected first:
 * one that never sent a request, then one that rests between two, one whose request does not arrive, one that does not read its
 * answer. Only if all are at work the new one is closed.
 */
export function boundConnections(server: Server, most: number): void {
  const lines = new Map<Socket, Line>();

  server.on("connection", (socket: Socket) => {
    if (lines.size >= most) {
      const idle = idlest(lines);
      if (idle === null) return void socket.destroy();
      lines.delete(idle);
      idle.destroy();
    }
    lines.set(socket, { hasSpoken: false, exchange: null });
    socket.once("close", () => lines.delete(socket));
  });
  server.prependListener("request", (incoming, outgoing) => {
    const { socket } = incoming;
    const line = lines.get(socket);
    if (line === undefined) return;
    const exchange = { incoming, outgoing };
    lines.delete(socket);
    lines.set(socket, Object.assign(line, { hasSpoken: true, exchange }));
    outgoing.once("close", () => {
      if (line.exchange === exchange) line.exchange = null;
    });
  });
}

const GIVING_WAY: readonly ((line: Line) => boolean)[] = [
  ({ hasSpoken }) => !hasSpoken,
  ({ exchange }) => exchange === null,
  ({ exchange }) => exchange !== null && !exchange.incoming.complete,
  ({ exchange }) => exchange !== null && exchange.outgoing.writableEnded,
];

function idlest(lines: ReadonlyMap<Socket, Line>): Socket | null {
  for (const mayGo of GIVING_WAY) for (const [socket, line] of lines) if (mayGo(line)) return socket;
  return null;
}
