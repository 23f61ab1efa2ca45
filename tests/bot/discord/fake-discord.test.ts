import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeDiscord, type FakeDiscord } from "../../support/discord/fake-discord.ts";
import { createJudge } from "../../support/discord/judge.ts";

const judge = createJudge();
let fake: FakeDiscord;
let nowMs = 1_800_000_000_000;
beforeEach(async () => {
  fake = await startFakeDiscord({ judge, now: () => nowMs });
});
afterEach(async () => {
  fake.faultsFound.splice(0);
  fake.unknownFields.splice(0);
  await fake.stop();
});

async function request(method: string, path: string, body?: unknown) {
  const response = await fetch(`${fake.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${fake.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { code } = (text === "" ? {} : JSON.parse(text)) as { code?: number };
  return { status: response.status, code };
}

const post = (body: unknown) => request("POST", "/channels/1/messages", body);
const embed = (text: string) => ({ description: text });
const button = (fields: object) => ({
  components: [{ type: 1, components: [{ type: 2, style: 2, label: "a", ...fields }] }],
});

const menuOf = (values: readonly string[]) => {
  const options = values.map((value) => ({ label: "x", value }));
  return { components: [{ type: 1, components: [{ type: 3, custom_id: "a", options }] }] };
};
const input = (custom_id: string, fields: object = {}) => ({
  type: 18,
  label: "l",
  component: { type: 4, custom_id, style: 1, ...fields },
});
const form = { custom_id: "f", title: "t", components: [input("a")] };

describe("the fake of Discord", () => {
  test("takes a right message", async () => {
    expect(await post({ content: "hello", ...button({ custom_id: "a" }) })).toMatchObject({ status: 200 });
    expect(fake.faultsFound).toEqual([]);
  });

  test("finds a planted wrong payload by Discord's document", async () => {
    expect(await post({ embeds: [{ title: "x".repeat(257) }] })).toEqual({ status: 400, code: 50035 });
    expect(fake.faultsFound).toEqual([
      expect.stringContaining("/embeds/0/title must NOT have more than 256 characters"),
    ]);
  });

  test.each([
    ["a wrong payload", { embeds: [{ title: "x".repeat(257) }] }, "must NOT have more than 256 characters"],
    ["a misspelt field", { content: "hello", embeds: [{ tittle: "x" }] }, "does not know /embeds/0/tittle"],
  ])("fails the test in which the bot sent %s", async (_, body, words) => {
    await post(body);
    await expect(fake.stop()).rejects.toThrow(words);
    fake = await startFakeDiscord({ judge });
  });

  test("reports a misspelt field", async () => {
    await post({ content: "hello", embeds: [{ tittle: "x" }] });
    expect(fake.unknownFields).toEqual(["/embeds/0/tittle"]);
  });

  test.each([
    ["content over 2000", { content: "x".repeat(2001) }, 50035],
    ["embeds over 6000", { embeds: [embed("x".repeat(4000)), embed("x".repeat(2001))] }, 50035],
    ["an empty message", { content: " ", embeds: [] }, 50006],
    ["a button without custom_id", { content: "a", ...button({}) }, 50035],
  ])("refuses %s", async (_, body, code) => {
    expect(await post(body)).toEqual({ status: 400, code });
  });

  test.each([
    ["a menu of 26 options", menuOf(Array.from({ length: 26 }, (_, index) => String(index)))],
    ["a menu with a value twice", menuOf(["v", "v"])],
    ["a menu with a value of 101 characters", menuOf(["v".repeat(101)])],
  ])("refuses %s", async (_, body) => {
    expect(await post({ content: "a", ...body })).toEqual({ status: 400, code: 50035 });
  });

  const callback = ({ id, token }: { id: string; token: string }, body: unknown) =>
    request("POST", `/interactions/${id}/${token}/callback`, body);

  test.each([
    ["a title of 46 characters", { title: "t".repeat(46) }],
    ["an id of 101 characters", { custom_id: "i".repeat(101) }],
    ["six inputs", { components: Array.from({ length: 6 }, (_, index) => input(`i${index}`)) }],
    ["an input twice", { components: [input("a"), input("a")] }],
    ["a label of 46 characters", { components: [{ ...input("a"), label: "l".repeat(46) }] }],
    ["a value of 4,001 characters", { components: [input("a", { value: "v".repeat(4_001) })] }],
    ["a value that is longer than the input", { components: [input("a", { value: "long", max_length: 3 })] }],
  ])("refuses a form with %s", async (_, more) => {
    const asked = fake.ask(["ticket", "open"]);
    expect(await callback(asked, { type: 9, data: { ...form, ...more } })).toEqual({ status: 400, code: 50035 });
    expect(asked.modal).toBeNull();
    expect((await callback(asked, { type: 9, data: form })).status).toBe(204);
  });

  test("refuses a form that comes second, late, or in answer to a form, and finds its misspelt fields", async () => {
    const opening = { type: 9, data: form };
    const asked = fake.ask(["ticket", "open"]);
    expect((await callback(asked, opening)).status).toBe(204);
    expect(await callback(asked, opening)).toEqual({ status: 400, code: 40060 });
    expect(await callback(fake.submit(asked, { a: "x" }), opening)).toEqual({ status: 400, code: 50035 });
    const late = fake.ask(["ticket", "open"]);
    nowMs += 3_001;
    expect(await callback(late, opening)).toEqual({ status: 404, code: 10062 });
    expect(fake.unknownFields).toEqual([]);
    const misspelt = { ...form, components: [input("a", { maxlength: 3 })] };
    await callback(fake.ask(["ticket", "open"]), { type: 9, data: misspelt });
    expect(fake.unknownFields).toContain("/data/components/0/component/maxlength");
  });

  test("lets a person send only what the window takes", async () => {
    const asked = fake.ask(["ticket", "open"]);
    expect(() => fake.submit(asked, {})).toThrow("no form is open");
    await callback(asked, { type: 9, data: { ...form, components: [input("a", { max_length: 3 })] } });
    expect(() => fake.submit(asked, {})).toThrow("must be filled in");
    expect(() => fake.submit(asked, { a: "long" })).toThrow("has 4 characters");
    expect(() => fake.submit(asked, { b: "x" })).toThrow("does not ask for b");
  });

  test("refuses the twenty-first reaction", async () => {
    const { id } = fake.crowd.say("1", { content: "react" });
    const put = (index: number) => request("PUT", `/channels/1/messages/${id}/reactions/${index}/@me`);
    for (let index = 0; index < 20; index += 1) expect((await put(index)).status).toBe(204);
    expect(await put(20)).toEqual({ status: 400, code: 30010 });
  });

  test("refuses a second acknowledgement, a late one, and an edit after 15 minutes", async () => {
    const acknowledge = ({ id, token }: { id: string; token: string }) =>
      request("POST", `/interactions/${id}/${token}/callback`, { type: 5 });
    const asked = fake.ask(["metrics", "summary"]);
    expect((await acknowledge(asked)).status).toBe(204);
    expect(await acknowledge(asked)).toEqual({ status: 400, code: 40060 });
    const late = fake.ask(["metrics", "summary"]);
    nowMs += 3_001;
    expect(await acknowledge(late)).toEqual({ status: 404, code: 10062 });
    nowMs += 15 * 60_000;
    const edit = await request("PATCH", `/webhooks/900000000000000002/${asked.token}/messages/%40original`, {
      content: "late",
    });
    expect(edit.status).toBe(401);
  });
});
