import type { Random } from "../../clock.ts";
import type { BuiltinFamily } from "../builtin.ts";
import { loremWords } from "../fake-data.ts";
import { limitItems } from "../limits.ts";
import { countOf, textOf, wrong } from "../parameters.ts";
import { below, wholeBetween } from "../randomness.ts";

export const lorem: BuiltinFamily = {
  lorem: {
    signature: "lorem([count[, unit]])",
    description: "Filler text: so many (8) `words`, `sentences` or `paragraphs`.",
    arity: [0, 2],
    call: ({ random }, count, unit) => write(random, countOf(count, 8), textOf(unit, "words")),
  },
};

function write(random: Random, count: number, unit: string): string {
  limitItems(count);
  if (unit === "words" || unit === "word") return repeated(count, () => word(random), " ");
  if (unit === "sentences" || unit === "sentence") return repeated(count, () => sentence(random), " ");
  if (unit === "paragraphs" || unit === "paragraph") return repeated(count, () => paragraph(random), "\n\n");
  throw wrong(unit, "one of words, sentences, paragraphs");
}

function repeated(count: number, make: () => string, separator: string): string {
  return Array.from({ length: count }, make).join(separator);
}

function word(random: Random): string {
  return loremWords[below(random, loremWords.length)] ?? "";
}

function sentence(random: Random): string {
  const text = repeated(wholeBetween(random, 5, 12), () => word(random), " ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function paragraph(random: Random): string {
  return repeated(wholeBetween(random, 3, 6), () => sentence(random), " ");
}
