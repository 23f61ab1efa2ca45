import type { IncomingMessage, ServerResponse } from "node:http";
import { bytesOf, isOfBlocks, isServedByFault } from "./api-proxy.ts";
import { judgeBlocks } from "./block-kit-judge.ts";
import type { Faults } from "./faults.ts";

export interface SlackAnswer {
  readonly response_type: "ephemeral" | "in_channel";
  /** It stands in the place of the message that was clicked. */
  readonly replace_original: boolean;
  readonly text: string;
  readonly blocks: readonly Record<string, unknown>[];
}

/** A command or a click, and what came of it. */
export interface Invocation {
  readonly payload: Readonly<Record<string, string>> | object;
  /** What `response_url` took, in order. */
  readonly answers: readonly SlackAnswer[];
  /** Milliseconds to the acknowledgement. */
  readonly acknowledged: Promise<number>;
  /** The next answer that has not been asked for yet. */
  next(): Promise<SlackAnswer>;
}

interface Slot {
  readonly answers: SlackAnswer[];
  readonly waiting: ((answer: SlackAnswer) => void)[];
  read: number;
  uses: number;
  isExpired: boolean;
}

const MOST_USES = 5;

/** The `response_url` of every invocation: five uses, thirty minutes. */
export function createResponseUrls(
  ownUrl: () => string,
  faults: Faults,
  isFile: (id: string) => boolean,
  showsPrivatePictures: () => boolean,
  takesCharts: () => boolean,
  complain: (complaints: readonly string[]) => void,
) {
  const slots = new Map<string, Slot>();
  let counter = 0;

  function open() {
    const id = `r${(counter += 1)}`;
    const slot: Slot = { answers: [], waiting: [], read: 0, uses: 0, isExpired: false };
    slots.set(id, slot);
    return {
      url: `${ownUrl()}/response/${id}`,
      answers: slot.answers,
      next: () =>
        new Promise<SlackAnswer>((resolve) => {
          const ready = slot.answers[slot.read];
          slot.read += 1;
          if (ready === undefined) slot.waiting.push(resolve);
          else resolve(ready);
        }),
    };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const slot = slots.get((request.url ?? "").split("/").at(-1) ?? "");
    const body = JSON.parse((await bytesOf(request)).toString("utf8")) as SlackAnswer;
    const fault = faults.take("response_url");
    if (fault !== null && (await isServedByFault(fault, response))) return;
    if (slot === undefined || slot.isExpired) return void response.writeHead(404).end("expired_url");
    if (slot.uses === MOST_USES) return void response.writeHead(404).end("used_url");
    const complaints = judgeBlocks(body.blocks, isFile, takesCharts());
    complain(complaints.filter(isOfBlocks));
    const isPrivatePicture = body.response_type === "ephemeral" && JSON.stringify(body.blocks).includes('"slack_file"');
    if (isPrivatePicture && !showsPrivatePictures()) complaints.push("invalid slack file");
    if (complaints.length > 0) return void response.writeHead(400).end("invalid_blocks");
    if (typeof body.text !== "string" || body.text === "") return void response.writeHead(400).end("no_text");
    slot.uses += 1;
    slot.answers.push(body);
    const waiter = slot.waiting.shift();
    if (fault?.kind === "reply lost") response.destroy();
    else response.writeHead(200, { "content-type": "text/plain" }).end("ok");
    waiter?.(body);
  }

  return {
    open,
    serve,
    expireAll: () => {
      for (const slot of slots.values()) slot.isExpired = true;
    },
  };
}
