const SHORTEST = 32;
const FEWEST_CHARACTERS = 8;
const FEWEST_NOVEL = 12;
/** A text that came before, from this length on, says nothing new. */
const REPEATED_LENGTH = 4;
const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/**
 * Why a secret that a person chose is too easy to guess, to follow its name in a sentence; null when it is not. Counts the
 * characters that could not be foreseen from those before: what repeats itself or runs along the alphabet, the digits or the
 * keyboard adds nothing.
 */
export function weaknessOf(secret: string): string | null {
  if (secret.length < SHORTEST) return `must have at least ${SHORTEST} characters`;
  if (new Set(secret).size < FEWEST_CHARACTERS) return "is too easy to guess: it has very few different characters";
  if (novelCharacters(secret.toLowerCase().slice(0, 256)) < FEWEST_NOVEL)
    return "is too easy to guess: it repeats itself or follows a simple sequence";
  return null;
}

function novelCharacters(text: string): number {
  let novel = 0;
  let at = 0;
  while (at < text.length) {
    const repeated = repeatedFrom(text, at);
    if (repeated >= REPEATED_LENGTH) {
      at += repeated;
      continue;
    }
    if (at === 0 || !follows(text.charAt(at - 1), text.charAt(at))) novel += 1;
    at += 1;
  }
  return novel;
}

/** How long the text from `at` on is the same as a text that began before. */
function repeatedFrom(text: string, at: number): number {
  let longest = 0;
  for (let from = 0; from < at; from += 1) {
    let length = 0;
    while (at + length < text.length && text[from + length] === text[at + length]) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

function follows(before: string, character: string): boolean {
  const step = Math.abs(character.charCodeAt(0) - before.charCodeAt(0));
  return step <= 1 || ROWS.some((row) => row.includes(before + character) || row.includes(character + before));
}
