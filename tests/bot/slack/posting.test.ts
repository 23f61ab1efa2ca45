import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Temporal } from "../../../src/core/time.ts";
import { startSlack, type FakeSlack } from "../../support/slack/slack.ts";
import { DIGEST, nobodysUrl, readBlocks, slackFor } from "./support.ts";

let fake: FakeSlack;
let destination: { readonly platform: "slack"; readonly channel: string };
const KEY = "d-7f3a0000000000000000";

beforeEach(async () => {
  fake = await startSlack();
  destination = { platform: "slack", channel: await fake.channelId("numbers") };
});
afterEach(() => fake.close());

const longAgo = () => Temporal.Now.instant().subtract({ hours: 1 });
const post = () => slackFor(fake).post({ destination, message: DIGEST, key: KEY });
const messages = () => fake.messages(destination.channel);

describe("a digest in Slack", () => {
  test("arrives once, with its key, one picture with alt text, and words for notifications", async () => {
    const outcome = await post();
    const [message, ...others] = await messages();
    expect(outcome).toEqual({ outcome: "sent", externalId: message?.ts });
    expect(others).toEqual([]);
    expect(message?.metadata?.event_payload).toEqual({ key: KEY });
    expect(message?.text).toContain("MRR passed $16k");
    const image = message?.blocks.find(({ type }) => type === "image");
    expect(image?.["alt_text"]).toContain("$16,412");
    const [picture] = fake.pictures.values();
    expect(picture?.subarray(1, 4).toString()).toBe("PNG");
    expect(message?.blocks.at(-1)).toMatchObject({ type: "actions", elements: [{ value: "metrics summary" }] });
  });

  test("waits for a picture that is not ready", async () => {
    fake.setRestsOfFiles(1);
    expect((await post()).outcome).toBe("sent");
    expect((await messages()).map(({ blocks }) => blocks.filter(({ type }) => type === "image").length)).toEqual([1]);
  });

  test("tells the chart in words when the picture never gets ready", async () => {
    fake.setRestsOfFiles(100);
    expect((await post()).outcome).toBe("sent");
    const [message] = await messages();
    expect(message?.blocks.some(({ type }) => type === "image")).toBe(false);
    expect(readBlocks(message?.blocks ?? [])).toContain("MRR, last 3 days, from $14,900");
  });
});

describe("what came of a post", () => {
  test("a lost reply is uncertain, and the look-up finds the one message", async () => {
    fake.faults.add("chat.postMessage", { kind: "reply lost" });
    expect((await post()).outcome).toBe("uncertain");
    const [message, ...others] = await messages();
    expect(others).toEqual([]);
    expect(await slackFor(fake).lookUp({ destination, key: KEY }, longAgo())).toEqual({
      found: true,
      externalId: message?.ts,
    });
    expect(fake.calls.filter(({ method }) => method === "chat.postMessage")).toHaveLength(1);
  });

  test("a lost request is uncertain, and the look-up finds nothing", async () => {
    fake.faults.add("chat.postMessage", { kind: "request lost" });
    expect((await post()).outcome).toBe("uncertain");
    expect(await slackFor(fake).lookUp({ destination, key: KEY }, longAgo())).toEqual({ found: false });
  });

  test("a second message with the key is told, and can be removed, also twice", async () => {
    await post();
    await post();
    const slack = slackFor(fake);
    const [second, first] = (await messages()).map(({ ts }) => ts);
    expect(await slack.lookUp({ destination, key: KEY }, longAgo())).toEqual({
      found: true,
      externalId: first,
      duplicates: [second],
    });
    await slack.remove(destination, second ?? "");
    await slack.remove(destination, second ?? "");
    expect((await messages()).map(({ ts }) => ts)).toEqual([first]);
  });

  test("messages from before are not looked at", async () => {
    await post();
    const later = Temporal.Now.instant().add({ minutes: 1 });
    expect(await slackFor(fake).lookUp({ destination, key: KEY }, later)).toEqual({ found: false });
  });

  test("429 is a definite no with the time that Slack asks for", async () => {
    fake.faults.add("chat.postMessage", { kind: "429", retryAfterSeconds: 7 });
    expect(await post()).toMatchObject({ outcome: "refused", retryAfterMs: 7_000, lasting: false });
    expect(await messages()).toEqual([]);
  });

  test("429 for the picture is one as well", async () => {
    fake.faults.add("files.getUploadURLExternal", { kind: "429", retryAfterSeconds: 3 });
    expect(await post()).toMatchObject({ outcome: "refused", retryAfterMs: 3_000, lasting: false });
  });

  test("a lost reply for the picture is a definite no: nothing is posted yet", async () => {
    fake.faults.add("files.completeUploadExternal", { kind: "reply lost" });
    expect(await post()).toMatchObject({ outcome: "refused", lasting: false });
    expect(await messages()).toEqual([]);
  });

  test.each([500, 502, 503])("%i is uncertain", async (status) => {
    fake.faults.add("chat.postMessage", { kind: "status", status });
    expect((await post()).outcome).toBe("uncertain");
  });

  test.each(["internal_error", "fatal_error"])("%s is uncertain: Slack may have done it", async (error) => {
    fake.faults.add("chat.postMessage", { kind: "error", error });
    expect((await post()).outcome).toBe("uncertain");
  });

  test.each([
    ["channel_not_found", "DIGEST_CHANNELS"],
    ["not_in_channel", "/invite @Bellwether"],
    ["is_archived", "Unarchive"],
  ])("%s lasts, and the reason names the step", async (error, step) => {
    fake.faults.add("chat.postMessage", { kind: "error", error });
    const outcome = await post();
    expect(outcome).toMatchObject({ outcome: "refused", lasting: true });
    expect(outcome).not.toHaveProperty("everywhere");
    expect(outcome.outcome === "refused" && outcome.reason).toContain(step);
  });

  test("a channel that is gone, and one where the bot is not", async () => {
    const slack = slackFor(fake);
    const gone = { platform: "slack", channel: "C0NOWHERE" } as const;
    expect(await slack.post({ destination: gone, message: DIGEST, key: KEY })).toMatchObject({ lasting: true });
    fake.strangers.add(destination.channel);
    expect(await slack.post({ destination, message: DIGEST, key: KEY })).toMatchObject({ lasting: true });
    expect(await slack.lookUp({ destination, key: KEY }, longAgo())).toMatchObject({
      found: "unknown",
      closed: true,
    });
  });

  test("a revoked token stops the whole platform", async () => {
    fake.faults.add("chat.postMessage", { kind: "error", error: "token_revoked" });
    expect(await post()).toMatchObject({ outcome: "refused", lasting: true, everywhere: true });
  });

  test("a missing scope is named", async () => {
    fake.faults.add("chat.postMessage", { kind: "error", error: "missing_scope", needed: "chat:write" });
    const outcome = await post();
    expect(outcome.outcome === "refused" && outcome.reason).toContain("`chat:write`");
  });

  test("a refused connection is a definite no", async () => {
    const slack = slackFor(fake, { apiUrl: await nobodysUrl() });
    const message = { tone: "neutral", blocks: [{ kind: "text", text: "x" }] } as const;
    expect(await slack.post({ destination, message, key: KEY })).toMatchObject({ outcome: "refused", lasting: false });
  });

  test("the key decides, not the reference, where there is metadata", async () => {
    await slackFor(fake).post({ destination, message: DIGEST, key: KEY });
    const other = "d-7f3affffffffffffffff";
    expect(await slackFor(fake).lookUp({ destination, key: other }, longAgo())).toEqual({ found: false });
  });
});
