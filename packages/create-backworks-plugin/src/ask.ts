import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import { isKind, kinds, toNames } from "./plan.ts";
import type { Wishes } from "./plan.ts";
import { Mistake } from "./mistake.ts";
import type { Terminal } from "./terminal.ts";
import type { Words } from "./wishes.ts";
import { usage } from "./wishes.ts";

const usualKind = "enhancement";

/** Asks for what was not given, where somebody can answer. @throws Mistake when a name is missing and nobody is there */
export async function complete(words: Words, terminal: Terminal): Promise<Wishes> {
  const mayAsk = !words.yes && terminal.input.isTTY === true && terminal.output.isTTY === true;
  const { name, kind } = mayAsk ? await askAll(words, terminal) : words;
  if (name === undefined) throw new Mistake("the plugin needs a name", usage);
  return { name, kind: kind ?? usualKind, dir: words.dir ?? "" };
}

async function askAll({ name, kind }: Words, { input, output }: Terminal): Promise<Partial<Wishes>> {
  if (name !== undefined && kind !== undefined) return { name, kind };
  const lines = createInterface({ input, output });
  const sheet: Sheet = { lines, answers: lines[Symbol.asyncIterator]() };
  try {
    return {
      name: name ?? (await asked({ text: "What is the plugin called? ", problem: nameProblem }, sheet, output)),
      kind: kind ?? ((await asked({ text: kindQuestion(), problem: kindProblem }, sheet, output)) || usualKind),
    };
  } finally {
    lines.close();
  }
}

/** A question, and what is wrong with an answer. */
interface Question {
  readonly text: string;
  problem(answer: string): string | undefined;
}

/** Where questions are shown, and the lines that are typed, also those before their question. */
interface Sheet {
  readonly lines: Interface;
  readonly answers: AsyncIterator<string>;
}

/** Asks until the answer will do. @throws Mistake when the input ends before */
async function asked(
  { text, problem }: Question,
  { lines, answers }: Sheet,
  output: Terminal["output"],
): Promise<string> {
  // Only its last line is the prompt, which is written anew with every key.
  const end = text.lastIndexOf("\n") + 1;
  lines.setPrompt(text.slice(end));
  for (;;) {
    output.write(text.slice(0, end));
    lines.prompt();
    const answer = await answers.next();
    if (answer.done === true) throw new Mistake("nothing is written: the input has ended", usage);
    const wrong = problem(answer.value.trim());
    if (wrong === undefined) return answer.value.trim();
    output.write(`  ${wrong}\n`);
  }
}

function nameProblem(answer: string): string | undefined {
  try {
    toNames(answer);
    return undefined;
  } catch (error) {
    return error instanceof Mistake ? `${error.message}: ${error.hint}` : String(error);
  }
}

function kindQuestion(): string {
  const lines = Object.entries(kinds).map(([kind, what]) => `  ${kind.padEnd(12)} ${what}`);
  return `Which kind is it?\n${lines.join("\n")}\nKind [${usualKind}]: `;
}

function kindProblem(answer: string): string | undefined {
  return answer === "" || isKind(answer) ? undefined : `one of ${Object.keys(kinds).join(", ")}`;
}
