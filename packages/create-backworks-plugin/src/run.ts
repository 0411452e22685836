import { relative } from "node:path";
import { complete } from "./ask.ts";
import { Mistake } from "./mistake.ts";
import { kinds, toPlan } from "./plan.ts";
import type { Plan } from "./plan.ts";
import type { Terminal } from "./terminal.ts";
import { readWords, usage } from "./wishes.ts";
import { writePlugin } from "./write.ts";

/** Begins a plugin as the words of the command line say. The exit code: 0, or 2 when nothing was written. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const wishes = readWords(words);
    if (wishes.help) {
      terminal.output.write(help());
      return 0;
    }
    const plan = toPlan(await complete(wishes, terminal), terminal.cwd);
    const files = writePlugin(plan);
    terminal.output.write(told(plan, files, terminal.cwd));
    return 0;
  } catch (error) {
    if (!isForPeople(error)) throw error;
    terminal.errors.write(`${error.message}\n`);
    if (error instanceof Mistake) terminal.errors.write(`  hint: ${error.hint}\n`);
    return 2;
  }
}

/** What the file system says is for people too: no room, no permission. */
function isForPeople(error: unknown): error is Error {
  return error instanceof Mistake || (typeof error === "object" && error !== null && "syscall" in error);
}

function told({ packageName, folder, kind }: Plan, files: readonly string[], cwd: string): string {
  const place = relative(cwd, folder) || ".";
  return [
    `${packageName}, ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} plugin, in ${place}:`,
    ...files.map((file) => `  ${file}`),
    "",
    ...(place === "." ? [] : [`  cd ${place}`]),
    "  npm install",
    "  npm test",
    "",
  ].join("\n");
}

function help(): string {
  const lines = Object.entries(kinds).map(([kind, what]) => `    ${kind.padEnd(12)} ${what}`);
  return `Begins a Backworks plugin: TypeScript, tests with the contract, documentation.

  ${usage}

  --name   my-thing, or @acme/my-thing; also as the first word
  --kind   enhancement when nobody says and nobody can be asked
${lines.join("\n")}
  --dir    folder to write, that of the name otherwise
  --yes    ask nothing
`;
}
