import { isIPv6 } from "node:net";
import type { HttpContext } from "./endpoint.ts";

/**
 * The sender's address. Behind a proxy it is the last one that the proxy wrote, since everything before it can be made up.
 * An IPv6 address stands for its /64, which is what one subscriber gets.
 */
export function addressOf(context: HttpContext, trustProxy: boolean): string {
  const forwarded = trustProxy ? context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const address = forwarded || context.env?.incoming?.socket.remoteAddress || "unknown";
  const mayBeIPv6 = address.includes(":") && !address.startsWith("::ffff:");
  return mayBeIPv6 && isIPv6(address) ? prefixOf(address) : address;
}

function prefixOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
