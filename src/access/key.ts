import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const KEY = /^bw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;

/** A key as it is shown once: `bw_<key id>_<32 random bytes>_<checksum>`. */
export interface NewKey {
  readonly keyId: string;
  readonly key: string;
}

export function makeKey(): NewKey {
  const keyId = randomBytes(6).toString("hex");
  const body = `bw_${keyId}_${randomBytes(32).toString("base64url")}`;
  return { keyId, key: `${body}_${checksumOf(body)}` };
}

export type ReadKey =
  | { readonly form: "whole"; readonly keyId: string }
  | { readonly form: "mistyped" }
  | { readonly form: "foreign" };

/** Tells a mistyped key (the checksum does not fit) from one that is none of ours, without asking anybody. */
export function readKey(key: string): ReadKey {
  const keyId = KEY.exec(key)?.[1];
  if (keyId === undefined) return { form: key.startsWith("bw_") ? "mistyped" : "foreign" };
  const end = key.length - 9;
  return key.slice(end + 1) === checksumOf(key.slice(0, end)) ? { form: "whole", keyId } : { form: "mistyped" };
}

export function hashOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
