import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutJson } from "../../src/events/cut-json.ts";
import { sizeComplaint } from "../../src/events/event-size.ts";

const manyFields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1]));

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

describe("an event that is too large to be looked at", () => {
  it.each([
    ["201 fields", manyFields(201), "An event has at most 200 fields; this one has 201."],
    ["a long text", { type: "track", name: "x".repeat(70_000) }, "`name` makes the event larger than 64 KB."],
    ["many properties", { type: "track", properties: manyFields(20_000) }, "`properties` makes"],
    [
      "a long list",
      { type: "track", properties: { list: Array.from({ length: 70_000 }, () => 1) } },
      "`properties` makes",
    ],
    ["a long name within", { metadata: { ["x".repeat(70_000)]: 1 } }, "`metadata` makes"],
    ["many texts", { metadata: { list: Array.from({ length: 100 }, () => "x".repeat(1_000)) } }, "`metadata` makes"],
  ])("has %s", (_, event, complaint) => {
    expect(sizeComplaint(event)).toContain(complaint);
  });

  it("is none that has all that an event may have", () => {
    const properties = { list: Array.from({ length: 8_000 }, () => 1) };
    expect(
      sizeComplaint({ ...manyFields(10), description: "x".repeat(20_000), metadata: properties, properties }),
    ).toBeNull();
    expect(sizeComplaint({})).toBeNull();
  });

  it("is none because of its depth, which is refused as such", () => {
    expect(sizeComplaint({ metadata: { deep: nested(100_000) } })).toBeNull();
  });

  it("is told without looking at more than the limit", () => {
    let looks = 0;
    const list = new Proxy(
      Array.from({ length: 1_000_000 }, () => 1),
      {
        get(target, name) {
          looks += 1;
          return Reflect.get(target, name) as unknown;
        },
      },
    );
    expect(sizeComplaint({ metadata: { list } })).not.toBeNull();
    expect(looks).toBeLessThan(10);
  });
});

describe("the beginning of an event's JSON", () => {
  it("is what JSON.stringify begins with", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.integer({ min: 0, max: 200 }), (value, longest) => {
        expect(cutJson(value, longest)).toBe(JSON.stringify(value).slice(0, longest));
      }),
    );
  });

  it("leaves out what is undefined in an object, and is none of what JSON cannot say", () => {
    expect(cutJson({ a: undefined, b: [undefined, null], c: 1 }, 100)).toBe('{"b":[null,null],"c":1}');
    for (const value of [undefined, 1n, () => 1, Symbol("x"), [1n]]) expect(cutJson(value, 100)).toBeNull();
    expect(cutJson(nested(1_000), 1_000)).toBeNull();
  });

  it("costs no more for a list that is a thousand times longer", () => {
    const looksAt = (length: number) => {
      let looks = 0;
      const list = new Proxy(
        Array.from({ length }, () => 1),
        {
          get(target, name) {
            looks += 1;
            return Reflect.get(target, name) as unknown;
          },
        },
      );
      expect(cutJson(list, 1_000)).toHaveLength(1_000);
      return looks;
    };
    expect(looksAt(1_000_000)).toBe(looksAt(1_000));
  });
});
