import type { Part } from "./part.ts";
import { constantOf, constantPart } from "./part.ts";
import type { Run } from "./run.ts";
import { forbiddenNames, toJson, toText } from "./values.ts";

/** A key and its value; the key is computed when it holds an expression. */
export interface Entry {
  readonly key: string | Run;
  readonly part: Part;
}

/** A list of parts. */
export function listPart(items: readonly Part[]): Part {
  if (items.every((item) => item.constant)) return constantPart(items.map(constantOf));
  const optional = items.some((item) => item.optional);
  return {
    constant: false,
    optional: false,
    evaluate: (scope, locals) => {
      const values = items.map((item) => item.evaluate(scope, locals));
      return optional ? values.filter((value) => value !== undefined) : values;
    },
    render: optional
      ? (scope, locals) => {
          const texts = items.map((item) => item.render(scope, locals)).filter((text) => text !== undefined);
          return `[${texts.join(",")}]`;
        }
      : concatenated([...items.flatMap((item, position) => [position === 0 ? "[" : ",", item]), "]"]),
  };
}

/** An object of parts. */
export function objectPart(entries: readonly Entry[]): Part {
  const named = entries.filter(hasName);
  if (named.length < entries.length || entries.some(({ part }) => part.optional)) return freeObjectPart(entries);
  if (named.every(({ part }) => part.constant)) {
    return constantPart(Object.fromEntries(named.map(({ key, part }) => [key, constantOf(part)])));
  }
  const pieces = named.flatMap(({ key, part }, position) => [`${position === 0 ? "{" : ","}${toJson(key)}:`, part]);
  return {
    constant: false,
    optional: false,
    evaluate: (scope, locals) => {
      const value: Record<string, unknown> = {};
      for (const { key, part } of named) value[key] = part.evaluate(scope, locals);
      return value;
    },
    render: concatenated([...pieces, "}"]),
  };
}

function hasName(entry: Entry): entry is Entry & { readonly key: string } {
  return typeof entry.key === "string";
}

/** An object whose keys are known when it is made. */
function freeObjectPart(entries: readonly Entry[]): Part {
  const evaluate: Part["evaluate"] = (scope, locals) => {
    const value: Record<string, unknown> = {};
    for (const { key, part } of entries) {
      const name = typeof key === "string" ? key : toText(key(scope, locals));
      const content = part.evaluate(scope, locals);
      if (content !== undefined && !forbiddenNames.has(name)) value[name] = content;
    }
    return value;
  };
  return { constant: false, optional: false, evaluate, render: (scope, locals) => toJson(evaluate(scope, locals)) };
}

/** Texts and parts one after another; neighbouring constants become one text at load. */
function concatenated(pieces: readonly (string | Part)[]): (...given: Parameters<Run>) => string {
  const texts: string[] = [""];
  const parts: Part[] = [];
  for (const piece of pieces) {
    if (typeof piece !== "string" && !piece.constant) {
      parts.push(piece);
      texts.push("");
    } else {
      texts[texts.length - 1] += typeof piece === "string" ? piece : toJson(constantOf(piece));
    }
  }
  const [before = "", ...after] = texts;
  const renders = parts.map((part) => part.render);
  return (scope, locals) => {
    let text = before;
    for (let at = 0; at < renders.length; at += 1) {
      // Lists of equal length: a text follows every part.
      text += (renders[at] as Part["render"])(scope, locals) + (after[at] as string);
    }
    return text;
  };
}
