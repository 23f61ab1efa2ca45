import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { CONNECT_TIMEOUT_MS, type SocketTarget } from "./connect.ts";

interface Attempt {
  readonly socket: Socket;
  /** Never rejects: a rejection would leave postgres.js waiting for good. What failed is a socket that fails. */
  readonly connected: Promise<Duplex>;
}

/** Opens a socket to the server, to one of its hosts. */
export function dial({ path, host, port }: SocketTarget, hostIndex: number): Attempt {
  const index = hostIndex % Math.max(host.length, 1);
  const hostname = host[index] ?? "localhost";
  const socket = path === false ? connect({ host: hostname, port: port[index] ?? 5432 }) : connect({ path });
  socket.setNoDelay(true);
  // postgres.js reads the host from here, for the name in the server's certificate.
  Object.assign(socket, { host: hostname, port: port[index] });
  // Unless it is an error, postgres.js answers a hang-up during sign-in by dialling again without end.
  socket.once("end", () => socket.destroy(failure("CONNECTION_CLOSED")));
  const connected = new Promise<Duplex>((resolve) => {
    const timer = setTimeout(() => socket.destroy(failure("CONNECT_TIMEOUT")), CONNECT_TIMEOUT_MS);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", fail);
      resolve(socket);
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      resolve(failingSocket(error));
    };
    socket.once("error", fail);
  });
  return { socket, connected };
}

/** Fails when postgres.js writes to it first, which is when it can take an error. */
export function failingSocket(error: Error = failure("CONNECTION_CLOSED")): Duplex {
  return new Duplex({
    read() {},
    write(_bytes, _encoding, done) {
      done(error);
    },
  });
}

function failure(code: string): Error {
  return Object.assign(new Error("no connection to the database"), { code });
}
