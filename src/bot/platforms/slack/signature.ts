import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

export interface SignedRequest {
  /** As it came over the wire. */
  readonly body: string;
  readonly timestamp: string | null;
  readonly signature: string | null;
}

/** Whether a signature can fit: it has the form of one, and was made within five minutes of now in either direction. */
export function mayBeSigned({ timestamp, signature }: Omit<SignedRequest, "body">, nowSeconds: number): boolean {
  if (timestamp === null || signature === null || !/^\d{1,12}$/.test(timestamp)) return false;
  return /^v0=[0-9a-f]{64}$/.test(signature) && Math.abs(nowSeconds - Number(timestamp)) <= TOLERANCE_SECONDS;
}

/** Slack's signature `v0`. */
export function isSigned({ body, timestamp, signature }: SignedRequest, secret: string, nowSeconds: number): boolean {
  if (signature === null || !mayBeSigned({ timestamp, signature }, nowSeconds)) return false;
  const wanted = Buffer.from(`v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
