import type { TargetMessage } from "../../command.ts";
import { LIMITS } from "./limits.ts";

/** What a form has to know when it is sent. */
export interface FormState {
  /** See `ShownForm.line`. */
  readonly line: string;
  readonly responseUrl: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly target?: TargetMessage;
}

/** For the form's `private_metadata`. The target's words give way when they are long; null when that is not enough. */
export function formMetadata(state: FormState): string | null {
  const { target } = state;
  const whole = JSON.stringify(state);
  if (whole.length <= LIMITS.metadata || target === undefined) return whole.length <= LIMITS.metadata ? whole : null;
  for (let kept = target.text.length; kept > 0; kept = Math.floor(kept * 0.8)) {
    const text = `${Array.from(target.text.slice(0, kept)).slice(0, -1).join("")}…`;
    const shorter = JSON.stringify({ ...state, target: { ...target, text } });
    if (shorter.length <= LIMITS.metadata) return shorter;
  }
  return null;
}

/** Null for what `formMetadata` did not make. */
export function readFormMetadata(text: string): FormState | null {
  try {
    const state: unknown = JSON.parse(text);
    return isState(state) ? state : null;
  } catch {
    return null;
  }
}

/** Slack keeps it unseen by people, and what it sends is signed: it is ours as it was. */
function isState(value: unknown): value is FormState {
  return typeof value === "object" && value !== null && "line" in value && "responseUrl" in value;
}
