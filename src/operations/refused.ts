import { createRefusedEvents } from "../events/replay.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const SHOWN = 50;

export const refused: Operation = {
  name: "refused",
  usage: ["refused list", "refused replay ID…"],
  about: "see the events that were refused, and send them through again once the cause is mended",
  async run([verb, ...ids], parts) {
    if (verb === "list" && ids.length === 0) return list(parts);
    if (verb === "replay" && ids.length > 0) return replay(ids, parts);
    return typingMistake(null, refused);
  },
};

async function list({ foundation, rooms }: OperationParts): Promise<Result> {
  const letters = await createRefusedEvents({ db: foundation.db, intake: rooms.intake }).list({ limit: SHOWN });
  const lines = letters.map(({ id, at, source, code, reason, replayedAt }) => {
    const state = replayedAt === null ? "" : "  (taken since)";
    return `${id}  ${at.slice(0, 16).replace("T", " ")}  ${source}  ${code}: ${reason}${state}`;
  });
  return { ok: true, text: lines.length === 0 ? "No event has been refused." : lines.join("\n"), data: letters };
}

async function replay(ids: readonly string[], { foundation, rooms }: OperationParts): Promise<Result> {
  const replayed = await createRefusedEvents({ db: foundation.db, intake: rooms.intake }).replay(ids, "cli");
  if (replayed.length === 0) return refusal("There is no refused event with such an id. `refused list` shows the ids.");
  const lines = replayed.map(({ id, outcome }) => {
    if (outcome.verdict === "cut") return `${id}  too large to have been kept whole: its sender must send it again`;
    return `${id}  ${outcome.verdict}${"reason" in outcome ? `: ${outcome.reason}` : ""}`;
  });
  const ok = replayed.every(({ outcome }) => outcome.verdict === "accepted" || outcome.verdict === "duplicate");
  return { ok, text: lines.join("\n"), data: replayed };
}
