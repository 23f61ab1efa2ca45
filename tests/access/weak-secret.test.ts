import fc from "fast-check";
import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { weaknessOf } from "../../src/access/weak-secret.ts";
import { readConfig } from "../../src/config.ts";

it.each([
  ["a".repeat(32), "few different characters"],
  ["ab".repeat(32), "few different characters"],
  ["1234567".repeat(8), "few different characters"],
  ["password".repeat(4), "few different characters"],
  ["change-me-".repeat(5), "repeats itself"],
  ["AdminAdmin".repeat(4), "few different characters"],
  ["MySecretKey".repeat(4), "repeats itself"],
  ["0123456789".repeat(4), "simple sequence"],
  ["abcdefghijklmnopqrstuvwxyz012345", "simple sequence"],
  ["zyxwvutsrqponmlkjihgfedcba987654", "simple sequence"],
  ["qwertyuiopasdfghjklzxcvbnm1234567890", "simple sequence"],
  ["short", "at least 32 characters"],
])("%j is refused as an ADMIN_KEY", (secret, reason) => {
  expect(weaknessOf(secret)).toContain(reason);
});

it("random secrets of every usual spelling are never refused", () => {
  for (let n = 0; n < 2_000; n += 1) {
    const bytes = randomBytes(32);
    for (const text of [bytes.toString("hex"), bytes.toString("base64url"), bytes.toString("hex").slice(0, 32)])
      expect(weaknessOf(text), text).toBeNull();
  }
});

it("a secret of any repeated word of up to 10 characters is refused", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 10 }), (word) => {
      expect(weaknessOf(word.repeat(40))).not.toBeNull();
    }),
  );
});

it("a start with a weak ADMIN_KEY says how to make a strong one, and not the key", () => {
  const weak = "hunter2-".repeat(5);
  expect(() => readConfig({ ADMIN_KEY: weak })).toThrow(/ADMIN_KEY is too easy to guess.*`openssl rand -hex 32`/s);
  expect(() => readConfig({ ADMIN_KEY: weak })).not.toThrow(/hunter2/);
});
