import { z } from "zod";

/**
 * Field schemas whose only message is the rest of a sentence that begins with the field's name.
 * No value is changed here: what was sent is hashed and read as it came.
 */
const TOO_LARGE = { tooLarge: true };

/** Counts characters as people do: one for each code point. */
function fits(text: string, max: number): boolean {
  return text.length <= max || (text.length <= max * 2 && Array.from(text).length <= max);
}

function boundedText(min: 0 | 1, max: number) {
  const error = min === 0 ? `must be text of at most ${max} characters` : `must be text of 1 to ${max} characters`;
  return z
    .string({ error })
    .min(min, { error })
    .refine((text) => fits(text, max), { error, params: TOO_LARGE })
    .meta({ minLength: min, maxLength: max });
}

/** An identifier, or a short name. */
export const name = (max = 200) => boundedText(1, max);

/** Who or what an event is about, as the sender calls it; what stands for "no id" is judged later. */
export const outsideId = () => boundedText(0, 200);

/** What people wrote; may be empty. */
export const prose = (max = 10_000) => boundedText(0, max);

function wholeError(min: number, max: number): string {
  if (max < Number.MAX_SAFE_INTEGER) return `must be a whole number from ${min} to ${max}`;
  return min > Number.MIN_SAFE_INTEGER ? `must be a whole number of at least ${min}` : "must be a whole number";
}

export function whole(min: number, max: number) {
  const error = wholeError(min, max);
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

export function milliseconds() {
  const error = "must be a number of milliseconds from 0 to 1000000000";
  return z.number({ error }).min(0, { error }).max(1_000_000_000, { error });
}

export function choice<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}

export const yesOrNo = () => z.boolean({ error: "must be true or false" });

export const instantText = () =>
  z
    .string({ error: "must be a time with offset, as in 2026-11-20T09:30:00Z (RFC 3339)" })
    .meta({ format: "date-time", description: "RFC 3339 with offset" });

export const jsonObject = (description: string) =>
  z.looseObject({}, { error: "must be an object" }).meta({ description });

/** Absent and `null` mean the same. */
export const optional = <T extends z.ZodType>(field: T) => field.nullish();
