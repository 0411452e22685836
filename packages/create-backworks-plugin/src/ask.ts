import { createInterface } from "node:readline/promises";
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
  const askFor = (question: Question): Promise<string> => asked(question, lines, output);
  try {
    return {
      name: name ?? (await askFor({ text: "What is the plugin called? ", problem: nameProblem })),
      kind: kind ?? ((await askFor({ text: kindQuestion(), problem: kindProblem })) || usualKind),
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

/** Asks until the answer will do. */
async function asked(
  { text, problem }: Question,
  lines: ReturnType<typeof createInterface>,
  output: Terminal["output"],
): Promise<string> {
  for (;;) {
    const answer = (await lines.question(text)).trim();
    const wrong = problem(answer);
    if (wrong === undefined) return answer;
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
