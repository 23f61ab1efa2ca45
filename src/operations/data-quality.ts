import type { Finding } from "../metrics/quality/data-quality.ts";
import { withinLine } from "../core/terminal-text.ts";
import { typingMistake, type Operation } from "./operation.ts";

export const dataQuality: Operation = {
  name: "data-quality",
  usage: ["data-quality"],
  about: "list the events that were accepted but look wrong, with the step to take",
  async run(words, { rooms }) {
    if (words.length > 0) return typingMistake(null, dataQuality);
    const findings = await rooms.quality.list();
    const text = findings.length === 0 ? "Nothing looks wrong." : findings.map(inWords).join("\n\n");
    return { ok: true, text, data: { findings } };
  },
};

function inWords({ code, count, account, detail, eventId, lastAt, reason, next }: Finding): string {
  const about = [
    ...(account === null ? [] : [withinLine(account)]),
    ...(detail === null || detail === account ? [] : [withinLine(detail)]),
    ...(lastAt === null ? [] : [`latest ${lastAt.slice(0, 16).replace("T", " ")} UTC`]),
    ...(eventId === null ? [] : [`event ${withinLine(eventId)}`]),
  ];
  return [`${code} × ${count}${about.length === 0 ? "" : `  ${about.join(" · ")}`}`, `  ${reason}`, `  ${next}`].join(
    "\n",
  );
}
