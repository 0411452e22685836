import type { EndpointSource, Exchange, ModeContext } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import type { HeaderValues } from "../options/headers.ts";
import { wrongInValue } from "../wire/field-syntax.ts";
import { textOf } from "./text-of.ts";

/** What is compiled to an edit of headers, and where it stands below the endpoint or in the root. */
export interface EditParts {
  readonly context: ModeContext;
  readonly place: EndpointSource["place"];
  readonly files?: EndpointSource["files"] | undefined;
  readonly parameters?: readonly string[] | undefined;
}

/** Headers of one request: names in lower case, each with its values; an empty list leaves the header out. */
export type MakeHeaders = (exchange: Exchange) => readonly (readonly [name: string, values: readonly string[]])[];

/** Compiles headers whose values may hold expressions. @throws BW_CONFIG_INVALID */
export function compileHeaders(headers: HeaderValues, parts: EditParts): MakeHeaders {
  const { context, place, files, parameters } = parts;
  const made = Object.entries(headers).map(([name, value]) => {
    const template = context.templates.compile(value, {
      place: (inner) => place([name, ...inner]),
      ...(files && { files }),
      ...(parameters && { parameters }),
    });
    return { name: name.toLowerCase(), template };
  });
  if (made.every(({ template }) => template.constant)) {
    // A constant looks at nothing of the exchange.
    const nobody = undefined as unknown as Exchange;
    const fixed = made.map(({ name, template }) => [name, toValues(name, template.evaluate(nobody))] as const);
    return () => fixed;
  }
  return (exchange) => made.map(({ name, template }) => [name, toValues(name, template.evaluate(exchange))] as const);
}

function toValues(name: string, value: unknown): readonly string[] {
  const values = [value].flat().filter((one) => one !== undefined && one !== null);
  return values.map((one) => {
    const text = textOf(one);
    const wrong = wrongInValue(text);
    if (wrong === undefined) return text;
    const problem = `it holds U+${(wrong.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    throw new BackworksError("BW_PROXY_HEADER_INVALID", { header: name, problem });
  });
}

/** A flat list without these names, which are in lower case. */
export function withoutHeaders(headers: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    if (!names.has(name.toLowerCase())) kept.push(name, headers[index + 1] ?? "");
  }
  return kept;
}

/** A change of a flat list of headers. */
export type EditHeaders = (exchange: Exchange, headers: string[]) => string[];

/** Leaves headers out and sets others; `undefined` when there is nothing to do. */
export function createRequestEdit(remove: readonly string[], add: MakeHeaders | undefined): EditHeaders | undefined {
  if (remove.length === 0 && add === undefined) return undefined;
  const gone = new Set(remove.map((name) => name.toLowerCase()));
  return (exchange, headers) => {
    const set = add?.(exchange) ?? [];
    const names = set.length === 0 ? gone : new Set([...gone, ...set.map(([name]) => name)]);
    const edited = withoutHeaders(headers, names);
    for (const [name, values] of set) for (const value of values) edited.push(name, value);
    return edited;
  };
}
