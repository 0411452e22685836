import type { Claims } from "./token.ts";

/** One step of a path: a member, or a place in a list. */
type Step = string | number;

const step = /\.([\w$@-]+)|\."([^"]+)"|\[(["'])(.+?)\3\]|\[(\d+)\]/y;
const choice = /\[\?\(?@ *(==|!=|\^==|==\^|\*==) *(["'])(.*?)\2\)?\]/y;

/** What holds of the text that a list is to give, by its word. */
const choices: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  "==": (text, wanted) => text === wanted,
  "!=": (text, wanted) => text !== wanted,
  "^==": (text, wanted) => text.startsWith(wanted),
  "==^": (text, wanted) => text.endsWith(wanted),
  "*==": (text, wanted) => text.includes(wanted),
};

/**
 * Makes what finds the role in the claims of a token; `undefined` for a path that is none.
 *
 * @param claim - a claim's name, or a path as PostgREST writes it: `.app.roles[0]`, `.roles[?(@ ^== "app_")]`, and since its version 16 `$.app.roles[0]`
 */
export function createRoleClaim(claim: string): ((claims: Claims | undefined) => string | undefined) | undefined {
  if (!/^\$?[.[]/.test(claim)) return (claims) => textOf(follow(claims, [claim]));
  const path = claim.replace(/^\$/, "");
  const { steps, end } = readSteps(path);
  choice.lastIndex = end;
  const [whole = "", word = "", , wanted = ""] = choice.exec(path) ?? [];
  if (steps.length === 0 || end + whole.length !== path.length) return undefined;
  const fits = choices[word];
  return (claims) => {
    const found = follow(claims, steps);
    if (fits === undefined) return textOf(found);
    const texts: readonly unknown[] = Array.isArray(found) ? found : [];
    return texts.map(textOf).find((text) => text !== undefined && fits(text, wanted));
  };
}

function readSteps(path: string): { readonly steps: readonly Step[]; readonly end: number } {
  const steps: Step[] = [];
  let end = 0;
  for (;;) {
    step.lastIndex = end;
    const found = step.exec(path);
    if (found === null) return { steps, end };
    const [whole, bare, quoted, , bracketed, place] = found;
    steps.push(bare ?? quoted ?? bracketed ?? Number(place));
    end += whole.length;
  }
}

/** What is there may be anything: what is no member of its own is not followed. */
function follow(claims: unknown, steps: readonly Step[]): unknown {
  let value = claims;
  for (const at of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, at)) return undefined;
    value = (value as Readonly<Record<Step, unknown>>)[at];
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
