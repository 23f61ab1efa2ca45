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
  /** Whether the app may ask for what people write. */
  readonly grantsContent: () => boolean;
  readonly onChange: () => void;
}

/** What becomes of dispatches about messages and reactions on their way: shares from 0 to 1. */
export interface Weather {
  readonly lost: number;
  readonly doubled: number;
  /** Comes after the next one. */
  readonly delayed: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const INTENT = { messageContent: 1 << 15, directReactions: 1 << 13 } as const;

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
  /** Null: everything comes once and in order; what was delayed comes now. */
  setWeather(weather: Weather | null): void;
  /** Resolves when the sessions have handled what was dispatched: their socket answers a heartbeat after it. */
  settled(): Promise<void>;
  /** What the last session asked for. */
  readonly intents: () => number;
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

export function startGateway(parts: GatewayParts): FakeGateway {
  const { server, url, token, guildId, grantsContent, onChange } = parts;
  const sockets = new WebSocketServer({ server });
  const sessions = new Map<string, Session>();
  const silenced = new WeakSet<WebSocket>();
  const beginnings: string[] = [];
  let resumed = 0;
  let closeCode: number | null = null;
  let intents = 0;
  let weather: Weather | null = null;
  const delayed: { readonly type: string; readonly data: unknown }[] = [];

  function send(socket: WebSocket, packet: unknown): void {
    if (!silenced.has(socket) && socket.readyState === socket.OPEN) socket.send(JSON.stringify(packet));
  }

  function tell(session: Session, t: string, d: unknown): void {
    const event = { s: session.sent.length + 1, t, d };
    session.sent.push(event);
    if (session.socket !== null) send(session.socket, { op: 0, ...event });
  }

  function tellAll(type: string, data: unknown): void {
    const isDirect =
      type.startsWith("MESSAGE_REACTION_") && (data as { guild_id?: string } | null)?.guild_id === undefined;
    if (isDirect && (intents & INTENT.directReactions) === 0) return;
    for (const session of sessions.values()) tell(session, type, data);
  }

  function identify(socket: WebSocket, d: { token?: string; intents?: number }): Session | null {
    beginnings.push("identify");
    intents = d.intents ?? 0;
    const code = (intents & INTENT.messageContent) !== 0 && !grantsContent() ? 4014 : closeCode;
    if (d.token !== token || code !== null) {
      socket.close(code ?? 4004);
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
      if (weather === null || !type.startsWith("MESSAGE_")) return tellAll(type, data);
      const { lost, doubled, delayed: late, random } = weather;
      if (random() < lost) return;
      if (random() < late) return void delayed.push({ type, data });
      for (let times = random() < doubled ? 2 : 1; times > 0; times -= 1) tellAll(type, data);
      for (const one of delayed.splice(0)) tellAll(one.type, one.data);
    },
    setWeather(given) {
      weather = given;
      for (const one of delayed.splice(0)) tellAll(one.type, one.data);
    },
    async settled() {
      const open = [...sessions.values()].flatMap(({ socket }) => (socket === null ? [] : [socket]));
      await Promise.all(
        open.map((socket) => {
          const answered = new Promise((resolve) => socket.once("pong", resolve));
          socket.ping();
          return answered;
        }),
      );
    },
    intents: () => intents,
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
