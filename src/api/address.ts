import { isIP } from "node:net";
import type { HttpContext } from "./endpoint.ts";

/**
 * The sender's address. Behind a proxy it is the last one that the proxy wrote, since everything before it can be made up; what
 * is no address there is passed over. Ports are left out, and an IPv6 address stands for its /64, which is what one subscriber
 * gets.
 */
export function addressOf(context: HttpContext, trustProxy: boolean): string {
  const written = trustProxy ? context.req.header("x-forwarded-for")?.split(",").at(-1) : undefined;
  const forwarded = written === undefined ? null : readAddress(written.slice(-100));
  return forwarded ?? readAddress(context.env?.incoming?.socket.remoteAddress ?? "") ?? "unknown";
}

/** `192.0.2.1`, `192.0.2.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`, in quotes or not. Null: none of these. */
function readAddress(text: string): string | null {
  const bare = text.trim().replaceAll('"', "").split("%")[0] ?? "";
  const host = /^\[([0-9a-f:.]+)\]?(?::\d+)?$/i.exec(bare)?.[1] ?? /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare;
  switch (isIP(host)) {
    case 4:
      return host;
    case 6:
      return prefixOf(groupsOf(host));
    default:
      return null;
  }
}

/** The eight groups of an IPv6 address, also where it is shortened or ends as an IPv4 address. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const [left, right] = [read(head), read(tail ?? "")];
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => 0);
  return [...left, ...zeros, ...right];
}

function read(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function prefixOf(groups: readonly number[]): string {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}
