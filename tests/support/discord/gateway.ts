import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import { guild } from "./guild.ts";
import { APPLICATION_ID, BOT_ID, user } from "./message-store.ts";

interface GatewayParts {
  readonly server: Server;
  readonly url: () => string;
  readonly token: string;
  readonly guildId: string;
  readonly onChange: () => void;
}

interface Session {
  readonly id: string;
  readonly sent: { readonly s: number; readonly t: string; readonly d: unknown }[];
  socket: WebSocket | null;
}

export interface FakeGateway {
  /** How each connection began: "identify", "resume". */
  readonly beginnings: string[];
  /** Resumes that were granted. */
  readonly resumed: () => number;
  /** The bot's ready sessions. */
  readonly ready: () => number;
  dispatch(type: string, data: unknown): void;
  /** Ends all sockets without a word. */
  drop(): void;
  /** Forgets the sessions, so that a resume is answered with op 9. */
  forget(): void;
  /** From now on heartbeats are answered and nothing else, on connections that are open now. */
  silence(): void;
  /** Connections are closed with this code instead of becoming ready; null: no more. */
  refuseWith(code: number | null): void;
  close(): void;
}

export function startGateway({ server, url, token, guildId, onChange }: GatewayParts): FakeGateway {
  const sockets = new WebSocketServer({ server });
  const sessions = new Map<string, Session>();
  const silenced = new WeakSet<WebSocket>();
  const beginnings: string[] = [];
  let resumed = 0;
  let closeCode: number | null = null;

  function send(socket: WebSocket, packet: unknown): void {
    if (!silenced.has(socket) && socket.readyState === socket.OPEN) socket.send(JSON.stringify(packet));
  }

  function tell(session: Session, t: string, d: unknown): void {
    const event = { s: session.sent.length + 1, t, d };
    session.sent.push(event);
    if (session.socket !== null) send(session.socket, { op: 0, ...event });
  }

  function identify(socket: WebSocket, d: { token?: string }): Session | null {
    beginnings.push("identify");
    if (d.token !== token || closeCode !== null) {
      socket.close(closeCode ?? 4004);
      return null;
    }
    const session: Session = { id: randomUUID(), sent: [], socket };
    sessions.set(session.id, session);
    tell(session, "READY", {
      v: 10,
      user: user(BOT_ID, "bellwether", true),
      guilds: [{ id: guildId, unavailable: true }],
      session_id: session.id,
      resume_gateway_url: url(),
      application: { id: APPLICATION_ID, flags: 0 },
    });
    tell(session, "GUILD_CREATE", guild(guildId));
    return session;
  }

  function resume(socket: WebSocket, d: { session_id?: string; seq?: number }): Session | null {
    beginnings.push("resume");
    const session = sessions.get(d.session_id ?? "");
    if (session === undefined) {
      send(socket, { op: 9, d: false });
      return null;
    }
    session.socket = socket;
    resumed += 1;
    for (const event of session.sent.filter(({ s }) => s > (d.seq ?? 0))) send(socket, { op: 0, ...event });
    tell(session, "RESUMED", {});
    return session;
  }

  function read(socket: WebSocket, text: string): void {
    const { op, d } = JSON.parse(text) as { op: number; d: never };
    if (op === 1) socket.send(JSON.stringify({ op: 11 }));
    if (op === 2) identify(socket, d);
    if (op === 6) resume(socket, d);
    if (op === 8) {
      const { nonce } = d as { nonce: string };
      const chunk = { guild_id: guildId, members: [], chunk_index: 0, chunk_count: 1, not_found: [], nonce };
      for (const session of sessions.values())
        if (session.socket === socket) tell(session, "GUILD_MEMBERS_CHUNK", chunk);
    }
    onChange();
  }

  sockets.on("connection", (socket) => {
    send(socket, { op: 10, d: { heartbeat_interval: 41_250 } });
    socket.on("message", (data) => read(socket, (data as Buffer).toString("utf8")));
    socket.on("close", () => {
      for (const session of sessions.values()) if (session.socket === socket) session.socket = null;
      onChange();
    });
  });

  return {
    beginnings,
    resumed: () => resumed,
    ready: () => [...sessions.values()].filter(({ socket }) => socket !== null && !silenced.has(socket)).length,
    dispatch(type, data) {
      for (const session of sessions.values()) tell(session, type, data);
    },
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
    forget: () => sessions.clear(),
    silence() {
      for (const socket of sockets.clients) silenced.add(socket);
    },
    refuseWith(code) {
      closeCode = code;
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
