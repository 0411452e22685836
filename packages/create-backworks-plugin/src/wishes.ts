import { parseArgs } from "node:util";
import { Mistake } from "./mistake.ts";
import type { Wishes } from "./plan.ts";

/** What stands on the command line. */
export interface Words extends Partial<Wishes> {
  readonly yes: boolean;
  readonly help: boolean;
}

const options = {
  name: { type: "string" },
  kind: { type: "string" },
  dir: { type: "string" },
  yes: { type: "boolean", short: "y" },
  help: { type: "boolean", short: "h" },
} as const;

/** @throws Mistake */
export function readWords(words: readonly string[]): Words {
  const { values, positionals } = parse(words);
  const [first, second] = positionals;
  if (second !== undefined) throw new Mistake(`there is one name, and ${second} is another`, usage);
  if (first !== undefined && values.name !== undefined && first !== values.name) {
    throw new Mistake(`the name is ${first}, and --name says ${values.name}`, "give it once");
  }
  const { yes = false, help = false, ...wishes } = { ...(first !== undefined && { name: first }), ...values };
  return { yes, help, ...wishes };
}

export const usage = "npm create backworks-plugin my-thing -- --kind enhancement --dir my-thing --yes";

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    // Node names the option, with advice that is for programmers.
    const text = String((error as { readonly message?: unknown }).message).split(". ")[0] ?? "";
    throw new Mistake(text.toLowerCase(), usage);
  }
}
