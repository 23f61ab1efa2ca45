import { RESTEvents, type REST } from "discord.js";

/** Of the 10,000 in ten minutes after which Discord shuts a machine out. With those under way it stays below 100. */
const MOST = 80;

/**
 * Milliseconds for which nothing should be asked of Discord any more, because it has answered 401, 403 or 429 too often in
 * the last ten minutes; 0: go on. The REST client counts for the whole process.
 */
export function createRestraint(rest: REST, steadyNow = () => performance.now()): () => number {
  let heldUntil = 0;
  rest.options.invalidRequestWarningInterval = 1;
  rest.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) => {
    if (count >= MOST) heldUntil = steadyNow() + remainingTime;
  });
  return () => Math.max(0, heldUntil - steadyNow());
}
