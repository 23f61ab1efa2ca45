import { connect, Socket } from "node:net";
import { CONNECT_TIMEOUT_MS, type SocketTarget } from "./connect.ts";

interface Attempt {
  readonly socket: Socket;
  /** Never rejects: a rejection would leave postgres.js waiting for good. What failed is a socket that fails. */
  readonly connected: Promise<Socket>;
}

/** Opens a socket to the server. Several hosts in the address are tried in turn, one an attempt. */
export function dial({ path, host, port }: SocketTarget, attempt: number): Attempt {
  const index = attempt % Math.max(host.length, 1);
  const hostname = host[index] ?? "localhost";
  const socket = path === false ? connect({ host: hostname, port: port[index] ?? 5432 }) : connect({ path });
  socket.setNoDelay(true);
  // postgres.js reads the host from here, for the name in the server's certificate.
  Object.assign(socket, { host: hostname, port: port[index] });
  // Unless it is an error, postgres.js answers a hang-up during sign-in by dialling again without end.
  socket.once("end", () => socket.destroy(failure("CONNECTION_CLOSED")));
  const connected = new Promise<Socket>((resolve) => {
    const timer = setTimeout(() => socket.destroy(failure("CONNECT_TIMEOUT")), CONNECT_TIMEOUT_MS);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", fail);
      resolve(socket);
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      resolve(refusedSocket(error));
    };
    socket.once("error", fail);
  });
  return { socket, connected };
}

/** Fails as soon as its listeners are there. */
export function refusedSocket(error: Error = failure("CONNECTION_CLOSED")): Socket {
  const socket = new Socket();
  setImmediate(() => socket.destroy(error));
  return socket;
}

function failure(code: string): Error {
  return Object.assign(new Error("no connection to the database"), { code });
}
