/** A longer run of letters is a token, not a word. */
const LONGEST_WORD = 32;
/** Longer words in capitals only are tokens; `NOTIFICATIONS` has 13 letters. */
const LONGEST_IN_CAPITALS = 14;
const LONGEST_NUMERONYM = 5;
const MOST_HUMPS = 6;
/** Words shorter than this may be abbreviations, which need no vowels. */
const SHORTEST_JUDGED = 8;
const FEWEST_VOWELS = 0.1;
const MOST_RARE = 0.3;

const VOWELS = "aeiouyAEIOUY";
const RARE = "jkqvwxzJKQVWXZ";
const HEX = "abcdefABCDEF";
const SEPARATORS = "-_.~+,!'() ";

/**
 * Whether a piece of a path was written by a programmer (`exports`, `getUserById`, `v2`, `oauth2`, `sign-in.html`) rather than made
 * for one person or thing. Judged by the classes of its characters and how they mix, in one pass; whatever is in doubt is
 * not a word, because an id that is taken for a word is stored for good.
 */
export function isWordSegment(segment: string): boolean {
  if (isVersion(segment)) return true;
  const parts = partsOf(segment);
  return parts !== null && parts.length > 0 && parts.every(isWord);
}

/** Whether the text holds nothing but what stands between words. */
export function isSeparators(text: string): boolean {
  return countOf(text, (character) => SEPARATORS.includes(character)) === text.length;
}

/** Between separators; null when a character is neither a letter, an ASCII digit nor a separator. */
function partsOf(segment: string): string[] | null {
  const parts: string[] = [];
  let part = "";
  for (const character of segment) {
    if (SEPARATORS.includes(character)) {
      if (part !== "") parts.push(part);
      part = "";
    } else if (isLetter(character) || isDigit(character)) {
      part += character;
    } else {
      return null;
    }
  }
  if (part !== "") parts.push(part);
  return parts;
}

function isWord(part: string): boolean {
  const digits = countOf(part, isDigit);
  if (digits > 0) return isVersion(part) || isWithDigits(part, digits);
  if (part.length > LONGEST_WORD) return false;
  if (countOf(part, isAscii) < part.length) return true;
  if (part === part.toUpperCase() && part.length > LONGEST_IN_CAPITALS) return false;
  if (!isCamelCase(part)) return false;
  if (part.length < SHORTEST_JUDGED) return true;
  return isPronounceable(part);
}

/** `oauth2`, `i18n`, `2fa`: a digit or two that belong to a word. `u42` and `a1b2` are ids. */
function isWithDigits(part: string, digits: number): boolean {
  const letters = part.length - digits;
  const first = isDigit(part.charAt(0));
  const last = isDigit(part.charAt(part.length - 1));
  if (digits === 1 && last) return letters >= 3 && isWord(part.slice(0, -1));
  if (part.length > LONGEST_NUMERONYM || digits > 2 || last || hasMixedCase(part)) return false;
  const isOneRun = digits === 1 || isDigit(part.charAt(indexOfDigit(part) + 1));
  return isOneRun && (first ? digits === 1 && letters >= 2 : letters >= 2);
}

/** `jR3x`, not `K8s` or `I18N`. */
function hasMixedCase(part: string): boolean {
  const rest = part.slice(1);
  return rest !== rest.toLowerCase() && part !== part.toUpperCase();
}

/** `v1`, `v2.1`, `v1beta2`. */
function isVersion(segment: string): boolean {
  if (segment.length > 12 || segment.charAt(0) !== "v" || !isDigit(segment.charAt(1))) return false;
  const [major = "", ...minor] = segment.slice(1).split(".");
  return [bareNumber(major), ...minor].every((part) => part.length > 0 && part.length <= 3 && areDigits(part));
}

function bareNumber(major: string): string {
  for (const stage of ["alpha", "beta", "rc"]) {
    const at = major.indexOf(stage);
    const rest = at < 0 ? "" : major.slice(at + stage.length);
    if (at >= 0 && rest.length <= 2 && areDigits(rest)) return major.slice(0, at);
  }
  return major;
}

/** Capitals that begin humps of several letters; random letters change case at almost every step. */
function isCamelCase(part: string): boolean {
  let humps = 1;
  for (let at = 1; at < part.length; at += 1) {
    const isStart = isUpper(part.charAt(at)) && !isUpper(part.charAt(at - 1));
    if (isStart) humps += 1;
  }
  if (humps === 1) return true;
  if (part.length < SHORTEST_JUDGED) return part.length >= humps * 2;
  return humps <= MOST_HUMPS && part.length >= humps * 3 - 1;
}

function isPronounceable(part: string): boolean {
  const vowels = countOf(part, (letter) => VOWELS.includes(letter));
  const rare = countOf(part, (letter) => RARE.includes(letter));
  const hex = countOf(part, (letter) => HEX.includes(letter));
  return vowels >= FEWEST_VOWELS * part.length && rare <= MOST_RARE * part.length && hex < part.length;
}

function countOf(text: string, isCounted: (character: string) => boolean): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (isCounted(text.charAt(at))) count += 1;
  return count;
}

function indexOfDigit(text: string): number {
  let at = 0;
  while (at < text.length && !isDigit(text.charAt(at))) at += 1;
  return at;
}

function areDigits(text: string): boolean {
  return countOf(text, isDigit) === text.length;
}

const isDigit = (character: string) => character >= "0" && character <= "9";
const isUpper = (character: string) => character >= "A" && character <= "Z";
const isAscii = (character: string) => character < "\u0080";
const LETTER = /^[\p{L}\p{M}]$/u;
const isLetter = (character: string) =>
  (character >= "a" && character <= "z") || isUpper(character) || (!isAscii(character) && LETTER.test(character));
