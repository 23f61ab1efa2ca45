import fc from "fast-check";
import { expect, it } from "vitest";
import { excessOf } from "../../src/core/json-structure.ts";

/** The least limit that is kept. */
function partsOf(json: Uint8Array): number {
  let [low, high] = [0, json.length + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (excessOf(json, { parts: middle, names: Infinity }) === null) high = middle;
    else low = middle + 1;
  }
  return low;
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** Counted from the value, which says nothing about how the text is read. */
function structureOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members = Object.values(value);
  const colons = Array.isArray(value) ? 0 : members.length;
  return 1 + colons + Math.max(0, members.length - 1) + members.reduce<number>((sum, one) => sum + structureOf(one), 0);
}

it("counts what separates and opens, whatever stands in strings", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: "binary" }), (value) => {
      expect(partsOf(bytes(JSON.stringify(value)))).toBe(structureOf(value));
    }),
  );
});

it.each([
  ['"[{,:\\"[{,:"', 0],
  ['["\\\\",1]', 2],
  ['["\\\\\\"",1]', 2],
  ['"never closed [[[', 0],
  ['"\\', 0],
  ["", 0],
])("of %j there are %i", (json, count) => {
  expect(partsOf(bytes(json))).toBe(count);
});

it("stops at the limit, and reads each byte at most once or twice", () => {
  const readsOf = (text: string, atMost: number) => {
    const given = bytes(text);
    let reads = 0;
    const watched = new Proxy(given, {
      get(target, name) {
        if (typeof name === "string" && /^\d+$/.test(name)) reads += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    excessOf(watched, { parts: atMost, names: 1 });
    return reads / given.length;
  };
  expect(readsOf("[".repeat(10_000), 10)).toBeLessThan(0.002);
  for (const text of ["[", '"\\"', '"a",', "\\", '"', '""']) {
    expect(readsOf(text.repeat(2_000), Infinity)).toBeLessThanOrEqual(2);
    expect(readsOf(text.repeat(4_000), Infinity)).toBeLessThanOrEqual(2);
  }
});

it("counts different names, and neither values nor the same name again", () => {
  const limits = { parts: Infinity, names: 100 };
  const objects = (count: number, name: (n: number) => string) =>
    bytes(JSON.stringify(Array.from({ length: count }, (_, n) => ({ [name(n)]: `value ${n}` }))));
  expect(
    excessOf(
      objects(99, (n) => `name ${n}`),
      limits,
    ),
  ).toBeNull();
  expect(
    excessOf(
      objects(130, (n) => `name ${n}`),
      limits,
    ),
  ).toBe("names");
  expect(
    excessOf(
      objects(10_000, (n) => `name ${n % 90}`),
      limits,
    ),
  ).toBeNull();
});
