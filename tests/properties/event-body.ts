export type EventBody = Readonly<Record<string, unknown>>;

/** The fields that are there. */
export const without = (event: EventBody): EventBody =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
