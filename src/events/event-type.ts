/** An event's number in `ingest_keys.type_no` is its place here, counted from 1: add at the end only. */
export const EVENT_TYPES = [
  "request",
  "error",
  "signup",
  "activation",
  "revenue",
  "agent_session",
  "health_check",
  "nps",
  "ticket",
  "track",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const NUMBERS: ReadonlyMap<string, number> = new Map(EVENT_TYPES.map((type, index) => [type, index + 1]));

export function isEventType(name: string): name is EventType {
  return NUMBERS.has(name);
}

export function eventTypeNo(type: EventType): number {
  return EVENT_TYPES.indexOf(type) + 1;
}

/** `undefined` for a number that stands for no type. */
export function eventTypeOf(typeNo: number): EventType | undefined {
  return EVENT_TYPES[typeNo - 1];
}
