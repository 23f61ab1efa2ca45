import { Temporal } from "../core/time.ts";
import type { WindowWish } from "../core/window-wish.ts";
import { metricNames, type MetricName } from "../metrics/catalogue.ts";
import type { Subject } from "./permission/policy.ts";
import { readReference } from "./permission/reference.ts";
import type { Option } from "./command.ts";
import { nearestWord } from "../core/nearest-word.ts";
import { nearestMetric } from "./nearest-metric.ts";
import { quotation, wordList } from "./quotation.ts";
import { readTyped } from "./window-typing.ts";

type Reading =
  | { readonly ok: true; readonly value: string | number | boolean | Subject | readonly Subject[] | WindowWish }
  | { readonly ok: false; readonly complaint: string };

const YES = new Set(["yes", "true", "on", "1"]);
const NO = new Set(["no", "false", "off", "0"]);

/** What was typed for the option `name`, as its value, or what is wrong with it. `helpLine` says where all metrics are listed. */
export function readOption(name: string, option: Option, typed: string, helpLine: string): Reading {
  switch (option.kind) {
    case "integer":
      return readInteger(name, option, typed);
    case "choice":
      return readChoice(name, option, typed);
    case "window":
      return readTyped([{ name, text: typed }], option.fallback);
    case "flag":
      return readFlag(name, typed);
    case "date":
      return readDate(name, typed);
    case "metric":
      return readMetric(typed, helpLine);
    case "reference":
      return readWhom(name, typed);
    case "references":
      return readAllOf(name, typed);
    case "text":
      return readText(name, option, typed);
  }
}

function readInteger(name: string, { min, max }: { min: number; max: number }, typed: string): Reading {
  const value = /^\d{1,9}$/.test(typed) ? Number(typed) : NaN;
  if (value >= min && value <= max) return { ok: true, value };
  const complaint = `\`${name}\` must be a whole number from ${min} to ${max}; you wrote ${quotation(typed)}.`;
  return { ok: false, complaint };
}

function readChoice(name: string, option: Extract<Option, { kind: "choice" }>, typed: string): Reading {
  const { choices, bare, fallback } = option;
  const value = choices.find((choice) => choice.toLowerCase() === typed.toLowerCase());
  if (value !== undefined) return { ok: true, value };
  const yesOrNo = YES.has(typed.toLowerCase()) ? bare : NO.has(typed.toLowerCase()) ? fallback : undefined;
  if (bare !== undefined && yesOrNo !== undefined) return { ok: true, value: yesOrNo };
  // Beside a name that may stand alone, "no" is said by leaving it out.
  const told = bare === undefined ? choices : choices.filter((choice) => choice !== fallback);
  const complaint = `\`${name}\` must be ${wordList(told, "or")}; you wrote ${quotation(typed)}.${guess(typed, told)}`;
  return { ok: false, complaint };
}

function readFlag(name: string, typed: string): Reading {
  if (YES.has(typed.toLowerCase())) return { ok: true, value: true };
  if (NO.has(typed.toLowerCase())) return { ok: true, value: false };
  return { ok: false, complaint: `\`${name}\` is \`yes\` or \`no\`; you wrote ${quotation(typed)}.` };
}

function readDate(name: string, typed: string): Reading {
  const word = typed.toLowerCase();
  if (word === "today" || word === "yesterday" || isDay(word)) return { ok: true, value: word };
  const complaint = `\`${name}\` must be \`today\`, \`yesterday\` or a day such as \`2026-11-20\`; you wrote ${quotation(typed)}.`;
  return { ok: false, complaint };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" }).toString() === text;
  } catch {
    return false;
  }
}

/** Tabs and line ends are all that stays of control characters. */
const CONTROL = /[^\P{Cc}\n\t]/gu;

function readText(name: string, { longest }: { longest: number }, typed: string): Reading {
  const value = typed
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(CONTROL, "")
    .replaceAll(/\p{Cs}/gu, "\ufffd")
    .trim();
  if (value.length <= longest) return { ok: true, value };
  return { ok: false, complaint: `\`${name}\` has ${value.length} characters; ${longest} are the most. Shorten it.` };
}

function readMetric(typed: string, helpLine: string): Reading {
  const value = metricNamed(typed);
  if (value !== null) return { ok: true, value };
  const near = nearestMetric(typed);
  const meant = near === null ? "" : ` Did you mean \`${near}\`?`;
  const complaint = `There is no metric ${quotation(typed)}.${meant} ${helpLine}`;
  return { ok: false, complaint };
}

function readWhom(name: string, typed: string): Reading {
  const value = readReference(typed);
  if (value !== null) return { ok: true, value };
  const forms = typed.startsWith("#")
    ? "Mention a channel of this chat; in the terminal name the channel by its id, like `slack:C0123456789`"
    : "Mention a person, a group or a channel; in the terminal name the channel by its id, like `slack:C0123456789`, a person like `slack:U0123456789`, a group like `slack:S0123456789`, or write `everyone`";
  return { ok: false, complaint: `\`${name}\` is nobody known: ${quotation(typed)}. ${forms}.` };
}

function readAllOf(name: string, typed: string): Reading {
  const readings = typed
    .split(/[\s,]+/u)
    .filter((word) => word !== "")
    .map((word) => readWhom(name, word));
  const wrong = readings.find((reading) => !reading.ok);
  return wrong ?? { ok: true, value: readings.flatMap((reading) => (reading.ok ? [reading.value as Subject] : [])) };
}

/** " Did you mean `mrr`?", or nothing when no word is near. */
export function guess(typed: string, words: readonly string[], show = (word: string) => word): string {
  const word = nearestWord(typed, words);
  return word === null ? "" : ` Did you mean \`${show(word)}\`?`;
}

/** The metric of that name; capitals, hyphens and underscores count for nothing. */
export function metricNamed(typed: string): MetricName | null {
  return metricNames.find((name) => plainName(name) === plainName(typed)) ?? null;
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}
