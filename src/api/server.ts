import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { describeError, type Log } from "../core/log.ts";
import { Problem } from "../core/problem.ts";
import { boundConnections, mostConnections, openFilesLimit } from "./connections.ts";
import { problemReply } from "./reply.ts";

export interface ServeParts {
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log: Log;
  /** Milliseconds; for tests that cannot wait. */
  readonly limits?: Partial<typeof LIMITS>;
  /** Connections at once; by default as many as the limit on open files leaves room for. */
  readonly connections?: number;
}

export interface HttpServer {
  readonly port: number;
  /**
   * Takes no new connections, closes the idle ones, lets what is under way finish, and after `deadlineMs` cuts the rest off.
   * Answers how many connections had to be cut off.
   */
  close(deadlineMs: number): Promise<number>;
}

/** A socket is closed this long after the last words to it, whether or not the other side has heard them. */
const FAREWELL_MS = 1_000;
/** On which nothing moves in either direction; longer than the database may take for anything. */
const SILENT_CONNECTION_MS = 300_000;

/** A sender that dribbles is cut off; keep-alive is longer than the minute that load balancers reuse connections for. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
};

/** Throws `Problem` `cannot_listen` with the reason when the address is not to be had. */
export async function serve({ fetch, host, port, log, limits, connections }: ServeParts): Promise<HttpServer> {
  const listener = getRequestListener(fetch, {
    errorHandler: (thrown) => {
      log.debug(describeError(thrown), "request refused before it was routed");
      const { status, text, headers } = problemReply(malformed(), "none");
      return new Response(text, { status, headers });
    },
  });
  // Without a Host header node would answer by itself, and without a problem.
  const server = createServer({ ...LIMITS, ...limits, requireHostHeader: false });
  server.setTimeout(SILENT_CONNECTION_MS);
  boundConnections(server, connections ?? mostConnections(openFilesLimit()));
  let closing = false;
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (closing) outgoing.shouldKeepAlive = false;
    outgoing.once("finish", () => {
      if (!incoming.complete) closeSoon(incoming.socket, () => incoming.complete);
    });
    void listener(incoming, outgoing);
  };
  // An expectation other than 100-continue is none that we know; the request is answered as if it had none.
  server.on("request", handle).on("checkExpectation", handle);
  server.on("clientError", refuseOnSocket);
  await listen(server, host, port);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close(deadlineMs) {
      closing = true;
      return drain(server, deadlineMs);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (thrown: NodeJS.ErrnoException) => reject(cannotListen(thrown, host, port));
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
}

function cannotListen(thrown: NodeJS.ErrnoException, host: string, port: number): Problem {
  const problem = (detail: string, next: string) => new Problem("cannot_listen", 503, detail, { next, cause: thrown });
  switch (thrown.code) {
    case "EADDRINUSE":
      return problem(`Port ${port} is in use.`, "Set PORT to another, or stop the program that uses it.");
    case "EACCES":
      return problem(`Port ${port} needs rights that this user lacks.`, "Set PORT to one above 1023.");
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return problem(
        `${host} is no address of this machine.`,
        "Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses.",
      );
    default:
      return problem(
        `Port ${port} on ${host} cannot be opened (${thrown.code ?? "no reason given"}).`,
        "Set HOST and PORT.",
      );
  }
}

async function drain(server: Server, deadlineMs: number): Promise<number> {
  let cutOff = 0;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => {
    server.getConnections((_, count) => {
      cutOff = count;
      server.closeAllConnections();
    });
  }, deadlineMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  return cutOff;
}

function malformed(): Problem {
  return new Problem("invalid_request", 400, "The request's address or Host header is malformed.");
}

/** What node's parser refuses never becomes a request; it is answered on the bare socket. */
function refuseOnSocket(thrown: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || thrown.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const { status, text, headers } = problemReply(refusalFor(thrown.code), "none");
  const lines = Object.entries({ ...headers, "content-length": Buffer.byteLength(text ?? ""), connection: "close" });
  socket.resume();
  closeSoon(socket);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${text}`,
  );
}

/**
 * The end of our side is not the end of the connection: whoever does not close theirs would keep it. What still arrives is read
 * and dropped meanwhile, because closing over unread bytes would take the answer away.
 */
function closeSoon(socket: Socket, isSettled: () => boolean = () => false): void {
  const timer = setTimeout(() => {
    if (!isSettled()) socket.destroy();
  }, FAREWELL_MS);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
}

function refusalFor(code: string | undefined): Problem {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Problem("request_timeout", 408, "The request took too long to arrive.");
    case "HPE_HEADER_OVERFLOW":
      return new Problem("headers_too_large", 431, "The headers are larger than 16 KB.");
    default:
      return new Problem("invalid_request", 400, "This is not HTTP.");
  }
}
