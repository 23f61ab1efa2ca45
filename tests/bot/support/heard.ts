import type { ChatEvents } from "../../../src/bot/conversation.ts";

/** Listens to all a platform tells, and keeps it as words. */
export function createHeard() {
  const told: string[] = [];
  let waiting: (() => void)[] = [];
  let readies = 0;
  const events: ChatEvents = {
    async ready() {
      readies += 1;
      for (const go of waiting) go();
      waiting = [];
    },
    async reactionsChanged({ id }) {
      told.push(`reactions ${id}`);
    },
    async threadChanged({ change, id, thread }) {
      told.push(`${change} ${id} in ${thread.thread}`);
    },
  };
  const nextReady = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { events, told, readies: () => readies, nextReady };
}
