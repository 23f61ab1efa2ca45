import fc from "fast-check";
import { expect, test } from "vitest";
import { Temporal } from "../../src/core/time.ts";
import { bareArray, quotedArray } from "../../src/events/array-text.ts";
import { canonicalFields, canonicalJson, fieldOrder } from "../../src/events/event-key.ts";
import { momentText, readMoment } from "../../src/events/moment.ts";
import { endpointPattern, routePattern } from "../../src/events/route-pattern.ts";
import { createTestDatabase } from "../support/database.ts";

test("a moment is read and written as Temporal does it", () => {
  const micros = fc.bigInt({ min: -8_520_336_000_000_000n, max: 7_258_118_399_999_999n });
  const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  fc.assert(
    fc.property(micros, offset, (moment, minutes) => {
      const instant = Temporal.Instant.fromEpochNanoseconds(moment * 1_000n);
      const sign = minutes < 0 ? "-" : "+";
      const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const zone = `${sign}${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      const text = instant.toString({ timeZone: zone, fractionalSecondDigits: 6 });
      fc.pre(/^\d{4}/.test(text) && !text.startsWith("0000"));
      expect(readMoment(text)).toBe(Number(moment));
      expect(readMoment(momentText(Number(moment)))).toBe(Number(moment));
      expect(Temporal.Instant.from(momentText(Number(moment))).epochNanoseconds).toBe(moment * 1_000n);
    }),
  );
});

test("a moment is read exactly when Temporal reads it", () => {
  const two = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, "0"));
  const near = fc.constantFrom("00", "01", "02", "12", "13", "23", "24", "28", "29", "30", "31", "32", "59", "60");
  const part = fc.oneof(two, near);
  const year = fc.constantFrom("1900", "2000", "2023", "2024", "2026");
  fc.assert(
    fc.property(year, part, part, part, part, part, (y, mo, d, h, mi, s) => {
      const text = `${y}-${mo}-${d}T${h}:${mi}:${s}Z`;
      let expected: number | null = null;
      try {
        expected = Temporal.Instant.from(text).epochMilliseconds * 1_000;
      } catch {
        expected = null;
      }
      expect(readMoment(text)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  "",
  "2026-11-20",
  "2026-11-20 09:00:00Z",
  "2026-11-20T09:00:00",
  "2026-11-20T09:00Z",
  "2026-11-20T09:00:00.Z",
  "2026-11-20T09:00:00+0100",
  "20261120T090000Z",
  "٢٠٢٦-11-20T09:00:00Z",
  "2026-11-20T09:00:00Z ",
])("%o is no moment", (text) => {
  expect(readMoment(text)).toBeNull();
});

test("finer than a microsecond is cut off, never rounded into the next day", () => {
  expect(momentText(readMoment("2026-11-20T23:59:59.9999999Z") ?? 0)).toBe("2026-11-20T23:59:59.999999Z");
});

test.each([
  ["/users/42", "/users/:id"],
  ["users/42/", "/users/:id"],
  ["/", "/"],
  ["/a//b", "/a/b"],
  ["/users/42?token=secret#x", "/users/:id"],
  ["https://example.com:8080/users/42?q=1", "/users/:id"],
  ["/u/123e4567-e89b-12d3-a456-426614174000/x", "/u/:id/x"],
  ["/commit/da39a3ee5e6b4b0d3255bfef95601890afd80709", "/commit/:id"],
  ["/u/ada@example.com", "/u/:id"],
  ["/u/ada%40example.com", "/u/:id"],
  ["/p/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/p/:id"],
  ["/c/cus_9s6XKzkNRiz8i3abcd", "/c/:id"],
  ["/users/:userId", "/users/:userId"],
  ["/users/{userId}/[slug]/<int:n>", "/users/:userId/:slug/:n"],
  ["/v1/oauth2/internationalization", "/v1/oauth2/internationalization"],
  [`/x/${"y".repeat(5_000)}`, "/x/:id"],
  ["/reset=SECRET", "/reset=:id"],
  ["/reset/token=aZ09", "/reset/token=:id"],
  ["/cart;jsessionid=AF01B2/items%3Bsid=77", "/cart/items"],
  ["/call/+49-170-1234567", "/call/:id"],
  ["/call/0170%201234567", "/call/:id"],
  ["/calls/(555)%20867-5309", "/calls/:id"],
  ["/reports/2026-11-20", "/reports/:id"],
  ["/reports/20-Nov-2026", "/reports/:id"],
  ["/f/V1StGXR8_Z5jdHi6B-myT", "/f/:id"],
  ["/f/kQmTzXwRpLqVbNcJ", "/f/:id"],
  ["/orders/ORD-2026-0001", "/orders/:id"],
  ["/verify/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP", "/verify/:id"],
  ["/u/Kim%20%3Ca@b.c%3E", "/u/:id"],
  ["/@kim", "/:id"],
  ["/u/ada%2540example.com", "/u/:id"],
  ["/hosts/192.168.0.12", "/hosts/:id"],
  ["/u/user_42", "/u/:id"],
  ["/c/deadbeef", "/c/:id"],
  ["/x/%E2%80%8Bsecret", "/x/:id"],
  ["/a%2Fb", "/:id"],
  ["/files/:sEcReT9xYz01", "/files/:id"],
  ["/:id{[0-9]+}/:rest*/[[...slug]]/{name:int}", "/:id/:rest/:slug/:name"],
  ["/:year-:month/messages:send", "/:year-:month/messages:send"],
  ["/api/v2.1/i18n/de-DE/e2e/getUserByEmail", "/api/v2.1/i18n/de-DE/e2e/getUserByEmail"],
  ["/%C3%BCber-uns/キー/.well-known/README.md", "/%C3%BCber-uns/キー/.well-known/README.md"],
  ["/rpc/acme.v1.UserService/GetUser", "/rpc/acme.v1.UserService/GetUser"],
  ["//evil.example/a?b", "/a"],
])("the route of %s is %s", (path, route) => {
  expect(routePattern(path)).toBe(route);
  expect(routePattern(route)).toBe(route);
});

test("an endpoint may be a path, a path with its method, or a name", () => {
  expect(["/a/7?x=1", "POST /a/7", "checkout.pay", "7"].map(endpointPattern)).toEqual([
    "/a/:id",
    "POST /a/:id",
    "checkout.pay",
    ":id",
  ]);
});

test("the fields of an event hash as its sorted JSON does", () => {
  const names = ["type", "id", "name", "metadata", "amount", "b", "A", "é"];
  const event = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  fc.assert(
    fc.property(event, (fields) => {
      const shuffled = Object.fromEntries(Object.entries(fields).reverse());
      expect(canonicalFields(fields, fieldOrder(names))).toBe(canonicalJson(shuffled));
      expect(JSON.parse(canonicalJson(fields))).toEqual(JSON.parse(JSON.stringify(fields)));
    }),
  );
});

test("arrays built as text are read by PostgreSQL as they were meant", async () => {
  const db = await createTestDatabase();
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', "\\", "{", "}", ",", " ", "N", "\n"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
  });
  const cell = fc.option(fc.oneof(nasty, fc.constantFrom("NULL", "null", "")), { nil: null });
  const numbers = fc.option(fc.integer({ min: -1_000, max: 1_000 }), { nil: null });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, numbers), { minLength: 1, maxLength: 8 }), async (rows) => {
      fc.pre(rows.every(([text]) => text === null || (!text.includes("\0") && !/\p{Surrogate}/u.test(text))));
      const ordinals = bareArray(
        rows.map((_, at) => at),
        (at) => at,
      );
      const texts = quotedArray(rows, ([text]) => text);
      const given = [texts, bareArray(rows, ([, number]) => number), ordinals];
      const read = await db.read.run((sql) =>
        sql.unsafe(
          "select a, b from unnest($1::text::text[], $2::text::integer[], $3::text::integer[]) as t(a, b, n) order by n",
          given,
        ),
      );
      expect(read.map((row) => [row["a"], row["b"]])).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});
