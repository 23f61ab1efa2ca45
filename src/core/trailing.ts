/** The text without those of the characters that it ends with; linear, where `/x+$/` is quadratic on hostile text. */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
