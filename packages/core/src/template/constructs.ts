import { BackworksError } from "../errors.ts";
import { suggest } from "../suggest.ts";
import { constructKeys, everyKey } from "./construct-keys.ts";
import { mergeObjects } from "./functions/objects.ts";
import { limitCharacters, mostItems } from "./limits.ts";
import { locateKey } from "./locate.ts";
import { wrong } from "./parameters.ts";
import type { Part } from "./part.ts";
import { constantOf, constantPart } from "./part.ts";
import type { Locals } from "./run.ts";
import type { Scope } from "./template.ts";
import type { ValueContext } from "./value-context.ts";
import { below, failure, placeOf } from "./value-context.ts";
import { isTruthy, toJson, toNumber } from "./values.ts";

export type CompileValue = (value: unknown, context: ValueContext) => Part;

type Fields = Readonly<Record<string, unknown>>;

/** The construct that an object is, told by its first key of one; `undefined` for plain data. */
export function constructOf(value: Fields): string | undefined {
  return Object.keys(value).find((key) => everyKey.has(key));
}

/** Whether the keys of a construct are those it has; says so when they are not. */
export function checkKeys(value: Fields, construct: string, context: ValueContext): boolean {
  const main = Object.keys(constructKeys).find((key) => Object.hasOwn(value, key));
  if (main === undefined) {
    const owner = Object.keys(constructKeys).find((key) => constructKeys[key]?.includes(construct)) ?? "";
    report(context, construct, {
      problem: `needs ${owner} beside it`,
      hint: `to send the key itself, write $${construct}`,
    });
    return false;
  }
  const known = [main, ...(constructKeys[main] ?? [])];
  const strange = Object.keys(value).filter((key) => !known.includes(key));
  for (const key of strange) {
    const near = suggest(key, known);
    const hint =
      near === undefined
        ? `${main} stands alone or with ${known.slice(1).join(" and ") || "nothing"}`
        : `did you mean ${near}?`;
    const at = below(context, key);
    report(at.with({ place: () => locateKey(placeOf(at), key) }), main, { problem: `has no ${key}`, hint });
  }
  return strange.length === 0;
}

function report(
  context: ValueContext,
  construct: string,
  said: { readonly problem: string; readonly hint?: string },
): void {
  const { problem, hint } = said;
  context.report(
    new BackworksError("BW_TEMPLATE_CONSTRUCT", { construct, problem }, { where: placeOf(context), hint }),
  );
}

/** `{ $if, $then, $else }`: without `$else`, what does not hold is left out of the list or object around it. */
export function compileIf(value: Fields, context: ValueContext, compile: CompileValue): Part {
  const test = compile(value["$if"], below(context, "$if"));
  if (!Object.hasOwn(value, "$then")) report(context, "$if", { problem: "needs $then" });
  const then = compile(value["$then"], below(context, "$then"));
  const otherwise = Object.hasOwn(value, "$else") ? compile(value["$else"], below(context, "$else")) : leftOut;
  if (test.constant) return isTruthy(constantOf(test)) ? then : otherwise;
  const choose = (scope: Scope, locals: Locals): Part => (isTruthy(test.evaluate(scope, locals)) ? then : otherwise);
  return {
    constant: false,
    optional: then.optional || otherwise.optional,
    evaluate: (scope, locals) => choose(scope, locals).evaluate(scope, locals),
    render: (scope, locals) => choose(scope, locals).render(scope, locals),
  };
}

const leftOut: Part = { constant: false, optional: true, evaluate: () => undefined, render: () => undefined };

/** `{ $merge: […] }`: one object of several, the last one winning. */
export function compileMerge(value: Fields, context: ValueContext, compile: CompileValue): Part {
  const given = value["$merge"];
  const at = below(context, "$merge");
  if (!Array.isArray(given)) {
    report(at, "$merge", { problem: "needs a list of objects" });
    return constantPart(null);
  }
  const parts = given.map((part: unknown, position) => compile(part, below(at, position)));
  const evaluate: Part["evaluate"] = (scope, locals) => {
    try {
      return mergeObjects(parts.map((part) => part.evaluate(scope, locals)));
    } catch (error) {
      throw failure(error, { expression: "$merge", where: placeOf(at) });
    }
  };
  const merged: Part = {
    constant: false,
    optional: false,
    evaluate,
    render: (scope, locals) => toJson(evaluate(scope, locals)),
  };
  if (!parts.every((part) => part.constant)) return merged;
  return tryConstant(merged, at);
}

function tryConstant(part: Part, context: ValueContext): Part {
  try {
    return constantPart(constantOf(part));
  } catch (error) {
    context.report(failure(error, { expression: "$merge", where: placeOf(context) }));
    return constantPart(null);
  }
}

/** `{ $repeat, $as, $each }`: a list with `$each` for every number below a count, or for every element of a list. */
export function compileRepeat(value: Fields, context: ValueContext, compile: CompileValue): Part {
  const at = below(context, "$repeat");
  const times = compile(value["$repeat"], at);
  if (!Object.hasOwn(value, "$each")) report(context, "$repeat", { problem: "needs $each" });
  const slot = context.frame.nextSlot;
  const each = compile(value["$each"], below(inLoop(value["$as"], context), "$each"));
  if (times.constant) checkTimes(constantOf(times), at);
  const elements = (scope: Scope, locals: Locals): readonly unknown[] => {
    try {
      return spend(elementsOf(countOrNone(times.evaluate(scope, locals))), locals);
    } catch (error) {
      throw failure(error, { expression: "$repeat", where: placeOf(at) });
    }
  };
  return {
    constant: false,
    optional: false,
    evaluate: (scope, locals) => {
      const list: unknown[] = [];
      turn(elements(scope, locals), { slot, locals }, () => {
        const made = each.evaluate(scope, locals);
        if (made !== undefined) list.push(made);
      });
      return list;
    },
    render: (scope, locals) => {
      let text = "";
      turn(elements(scope, locals), { slot, locals }, () => {
        const made = each.render(scope, locals);
        if (made !== undefined) text += text === "" ? made : `,${made}`;
        limitCharacters(text.length);
      });
      return `[${text}]`;
    },
  };
}

/** Slots of one loop: the element, and its position from 0. */
function inLoop(as: unknown, context: ValueContext): ValueContext {
  const { locals, nextSlot } = context.frame;
  const names: [string, number][] = [
    ["item", nextSlot],
    ["i", nextSlot + 1],
    ["index", nextSlot + 1],
  ];
  if (typeof as === "string" && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(as)) names.push([as, nextSlot]);
  else if (as !== undefined) report(below(context, "$as"), "$repeat", { problem: "needs a name in $as" });
  return context.with({ locals: new Map([...locals, ...names]), nextSlot: nextSlot + 2 });
}

function turn(
  elements: readonly unknown[],
  loop: { readonly slot: number; readonly locals: Locals },
  step: () => void,
): void {
  const { slot, locals } = loop;
  for (let position = 0; position < elements.length; position += 1) {
    locals[slot] = elements[position];
    locals[slot + 1] = position;
    step();
  }
}

function checkTimes(times: unknown, context: ValueContext): void {
  try {
    elementsOf(times);
  } catch (error) {
    context.report(failure(error, { expression: "$repeat", where: placeOf(context) }));
  }
}

/** What a request asks for that is no count is none, and of a fraction the whole part: it is no fault of the server. */
function countOrNone(times: unknown): unknown {
  if (Array.isArray(times)) return times;
  return Math.trunc(Math.max(0, toNumber(times) ?? 0));
}

/** The list itself, or the numbers from 0 below a count; nothing for missing data. */
function elementsOf(times: unknown): readonly unknown[] {
  if (times === null || times === undefined) return [];
  if (Array.isArray(times)) return times;
  const count = toNumber(times);
  if (count === undefined || count < 0 || !Number.isInteger(count)) throw wrong(times, "a count or a list");
  if (count > mostItems) throw tooMany(count);
  return Array.from({ length: count }, (_, position) => position);
}

/** Counts what all loops of one evaluation make; slot 0 holds the number so far. */
function spend(elements: readonly unknown[], locals: Locals): readonly unknown[] {
  const spent = (toNumber(locals[0]) ?? 0) + elements.length;
  if (spent > mostItems) throw tooMany(spent);
  locals[0] = spent;
  return elements;
}

function tooMany(count: number): BackworksError {
  return new BackworksError("BW_TEMPLATE_LIMIT", { what: `${count} items`, most: mostItems });
}
