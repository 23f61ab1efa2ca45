import { createHash, createHmac } from "node:crypto";
import { must, type Attack } from "./attack.ts";

/** Cookies made of a key that may only send events, and of a hash as a dump of the database holds it. */
export const forgedSessions: Attack = {
  name: "forged sessions",
  async run({ program, keys, signal }) {
    let tried = 0;
    for (const key of [keys.ingest, keys.read, program.adminKey]) {
      const hash = createHash("sha256").update(key).digest();
      const keyId = /^bw_([0-9a-f]{12})_/.exec(key)?.[1] ?? "configured";
      for (const secret of [hash, Buffer.from(hash.toString("hex")), Buffer.from(key)]) {
        for (const cookie of cookiesOf(secret, keyId)) {
          tried += 1;
          const headers = { cookie: `bellwether_session=${cookie}; __Host-bellwether_session=${cookie}` };
          const page = await fetch(`${program.url}/metrics`, { headers, signal });
          must(page.status === 401, `a forged cookie opened the page with ${page.status}`);
          must(!/MRR|\$\d/.test(await page.text()), "the refusal shows numbers");
        }
      }
    }
    return { tried, opened: 0 };
  },
};

function cookiesOf(secret: Uint8Array, keyId: string): string[] {
  const sealed = (expiry: number) =>
    `${keyId}.${expiry}.${createHmac("sha256", secret).update(`bellwether session ${keyId}.${expiry}`).digest("base64url")}`;
  const token = Buffer.from(secret).toString("base64url");
  return [
    sealed(1_900_000_000),
    sealed(999_999_999_999),
    token,
    token.slice(0, 43),
    Buffer.from(secret).toString("hex"),
  ];
}
