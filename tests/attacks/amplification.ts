import { gzipSync } from "node:zlib";
import { must, tally, type Attack } from "./attack.ts";

const AT_ONCE = 40;

function unknownFields(count: number): string {
  return Array.from({ length: count }, (_, n) => `"k${n}":1`).join(",");
}

/** Small bodies that are large, slow or wide once they are unpacked and parsed. */
function bodies(): readonly Uint8Array[] {
  const texts = [
    `{"events":[${"{},".repeat(2_700_000)}{}]}`,
    `{"events":[${"[".repeat(4_000_000)}`,
    `{"events":[{"type":"track","name":"n","properties":{${unknownFields(600_000)}}}]}`,
    `{"events":[{"type":"track","name":"n",${unknownFields(120_000)}}]}`,
    `{"events":[{"type":"track","name":"n","properties":{${unknownFields(120_000)}}}]}`,
    `{"events":[${"{},".repeat(80_000)}{}]}`,
    `{"events":[${Array.from({ length: 1_000 }, () => `{"type":"track",${unknownFields(100)}}`).join(",")}]}`,
    `{"events":[{"type":"track","name":"${"x".repeat(8_000_000)}"}]}`,
  ];
  return texts.map((text) => gzipSync(text));
}

/** Forty at once of each, with a key that may only send events. */
export const amplification: Attack = {
  name: "amplification",
  async run({ send, signal }) {
    const statuses: number[] = [];
    let bytes = 0;
    for (const body of bodies()) {
      if (signal.aborted) break;
      bytes += body.length * AT_ONCE;
      const sent = Array.from({ length: AT_ONCE }, async () => {
        const response = await send(body);
        await response.arrayBuffer();
        statuses.push(response.status);
      });
      await Promise.all(sent);
    }
    must(
      statuses.every((status) => [200, 400, 413, 429, 503].includes(status)),
      `amplified bodies were answered with ${tally(statuses)}`,
    );
    return { sentMb: Math.round(bytes / 1e5) / 10, requests: tally(statuses) };
  },
};
