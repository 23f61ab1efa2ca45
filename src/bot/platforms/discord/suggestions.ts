import { nearestWord } from "../../../core/nearest-word.ts";
import { LIMITS } from "./limits.ts";

/** What a word may be completed to, the likeliest first: it begins so, a part of it begins so, it has it somewhere, it is near. */
export function suggestions(
  typed: string,
  words: readonly string[],
): { readonly name: string; readonly value: string }[] {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s-]+/g, "_");
  const wanted = plain(typed.trim());
  const ranks: ((word: string) => boolean)[] = [
    (word) => word.startsWith(wanted),
    (word) => word.includes(`_${wanted}`),
    (word) => word.includes(wanted),
  ];
  const found = [...new Set(ranks.flatMap((matches) => words.filter((word) => matches(plain(word)))))];
  const near = found.length > 0 ? null : nearestWord(wanted, words);
  return (near === null ? found : [near])
    .filter((word) => word.length <= LIMITS.choiceName)
    .slice(0, LIMITS.choices)
    .map((word) => ({ name: word, value: word }));
}
