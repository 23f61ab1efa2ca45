import { pino } from "pino";
import { createAccess } from "../../src/access/access.ts";
import type { Clock } from "../../src/core/time.ts";
import { createWeb, type WebParts } from "../../src/web/web.ts";
import { createTestDatabase } from "../support/database.ts";
import { madeUpReader, NOW, workspace } from "./made-up-numbers.ts";

/** Pages behind real keys and sessions, at `http://localhost:3000` unless told otherwise. */
export async function openDoor(more: Partial<WebParts> = {}, adminKey?: string) {
  const db = await createTestDatabase();
  const time = { now: NOW };
  const clock: Clock = { now: () => time.now };
  const access = createAccess({ db, clock, adminKey });
  const parts: WebParts = {
    reader: madeUpReader(),
    access,
    clock,
    workspace,
    log: pino({ level: "silent" }),
    demo: false,
    publicUrl: () => "http://localhost:3000",
    addressOf: (context) => context.req.header("x-address") ?? "192.0.2.1",
    ...more,
  };
  return { web: createWeb(parts), db, parts, access, time };
}

export type Door = Awaited<ReturnType<typeof openDoor>>;

export function signIn({ web }: Pick<Door, "web">, key: string, headers: Record<string, string> = {}) {
  return web.request("/metrics/sign-in", { method: "POST", body: new URLSearchParams({ key }), headers });
}

export function tokenIn(response: Response): string {
  return /(?:^|, )(?:__Host-)?bellwether_session=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "";
}

export async function sessionOf(door: Door, scope: "read" | "admin" = "read") {
  const { key, keyId } = await door.access.create({ scope });
  const response = await signIn(door, key);
  return { key, keyId, cookie: tokenIn(response), response };
}

export const withCookie = ({ web }: Pick<Door, "web">, cookie: string) =>
  web.request("/metrics", { headers: { cookie: `bellwether_session=${cookie}` } });
