import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { isPublicAddress, lookupPublic, PrivateAddressError } from "./public-address.ts";

export interface OutgoingPost {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it may lead to this machine or its network. */
  readonly allowPrivate: boolean;
  /** Until the whole answer has come. */
  readonly deadlineMs: number;
}

/**
 * Posts to an address that somebody configured. It follows no redirect, takes no private address unless that is allowed,
 * and connects to the very address that was checked. Rejects with `PrivateAddressError` or what Node throws. The caller
 * reads the answer or destroys it.
 */
export async function postOut(url: URL, post: OutgoingPost): Promise<IncomingMessage> {
  const { body, headers, allowPrivate, deadlineMs } = post;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError("a private address");
  const options: RequestOptions = {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    signal: AbortSignal.timeout(deadlineMs),
    // A connection that was opened for somebody who may reach private addresses is not used for somebody who may not.
    agent: false,
    ...(allowPrivate ? {} : { lookup: lookupPublic }),
  };
  return new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    send(url, options, resolve).once("error", reject).end(body);
  });
}
