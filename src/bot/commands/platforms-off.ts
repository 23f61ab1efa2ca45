import type { Answer, Command } from "../command.ts";
import type { ChatName } from "../platform.ts";

/** Why nothing is posted on a platform and what to do, as a sentence; null where it is on. */
export type WhyOff = (platform: ChatName) => string | null;

const POSTING: ReadonlySet<string> = new Set([
  "digest subscribe",
  "digest send",
  "digest resume",
  "digest list",
  "nps ask",
  "nps schedule",
  "alert add",
  "alert list",
]);

/** Lets each command that promises posts say so when the platform that it names is off; what it does is still done. */
export function tellingWhatIsOff(commands: readonly Command[], whyOff: WhyOff): Command[] {
  return commands.map((command) =>
    POSTING.has(command.path.join(" "))
      ? {
          ...command,
          run: async (values, invocation) => {
            const answer = await command.run(values, invocation);
            return withReasons(answer, platformsIn([values, answer.data]), whyOff);
          },
        }
      : command,
  );
}

function withReasons(answer: Answer, platforms: ReadonlySet<ChatName>, whyOff: WhyOff): Answer {
  const reasons = [...platforms].map(whyOff).filter((one) => one !== null);
  if (reasons.length === 0) return answer;
  const { message } = answer;
  const told = reasons.map((text) => ({ kind: "text", text }) as const);
  return { ...answer, message: { ...message, tone: "warning", blocks: [...message.blocks, ...told] } };
}

/** Those of the channels and people that are named in it, as `{ platform }` or as `slack:C123`. */
function platformsIn(named: unknown): ReadonlySet<ChatName> {
  const text = JSON.stringify(named);
  const chats: readonly ChatName[] = ["slack", "discord"];
  return new Set(chats.filter((name) => text.includes(`"platform":"${name}"`) || text.includes(`"${name}:`)));
}
