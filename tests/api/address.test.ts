import { expect, it } from "vitest";
import { addressOf } from "../../src/api/address.ts";
import type { HttpContext } from "../../src/api/endpoint.ts";
import { from } from "./support.ts";

function addressFor(forwarded: string | null, remote = "10.0.0.1", trustProxy = true): string {
  const header = (name: string) => (name === "x-forwarded-for" ? (forwarded ?? undefined) : undefined);
  return addressOf({ req: { header }, env: from(remote) } as unknown as HttpContext, trustProxy);
}

it.each([
  ["203.0.113.9", "203.0.113.9"],
  ["203.0.113.9:51234", "203.0.113.9"],
  ['"203.0.113.9:51234"', "203.0.113.9"],
  ["198.51.100.1, 203.0.113.9:1", "203.0.113.9"],
  ["[2001:db8:0:1::1]:443", "2001:db8:0:1"],
  ['"[2001:db8:0:1::1]"', "2001:db8:0:1"],
  ["2001:DB8:0:1::ffff", "2001:db8:0:1"],
  ["2001:0db8:0000:0001:0:0:0:9", "2001:db8:0:1"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["::ffff:cb00:7109", "203.0.113.9"],
  ["::1", "0:0:0:0"],
])("X-Forwarded-For %j comes from %s", (forwarded, address) => {
  expect(addressFor(forwarded)).toBe(address);
});

it("every port of one address is the same sender, and so is every spelling", () => {
  const seen = new Set(Array.from({ length: 1_000 }, (_, port) => addressFor(`203.0.113.9:${port}`)));
  expect([...seen]).toEqual(["203.0.113.9"]);
});

it.each(["", "unknown", "_hidden", "203.0.113.999", "x".repeat(10_000)])(
  "what is no address (%#) is passed over for the one that connected",
  (forwarded) => {
    expect(addressFor(forwarded)).toBe("10.0.0.1");
  },
);

it("the header counts behind a trusted proxy alone", () => {
  expect(addressFor("203.0.113.9", "10.0.0.1", false)).toBe("10.0.0.1");
  expect(addressFor(null, "::ffff:10.0.0.1", false)).toBe("10.0.0.1");
  expect(addressFor(null, "", false)).toBe("unknown");
});
