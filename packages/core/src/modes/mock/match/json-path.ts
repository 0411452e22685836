import type { JSONValue } from "json-p3";
import type { CompilePattern } from "../../../json/pattern.ts";
import type { CompileJsonPath } from "./engines.ts";

/** JSONPath after RFC 9535; its `match` and `search` run on our linear-time patterns. */
export async function loadJsonPaths(compilePattern: CompilePattern): Promise<CompileJsonPath> {
  const { FunctionExpressionType, JSONPathEnvironment } = await import("json-p3");
  const environment = new JSONPathEnvironment();
  const { LogicalType, ValueType } = FunctionExpressionType;
  const patterns = new Map<string, ((text: string) => boolean) | undefined>();

  function found(text: unknown, source: unknown): boolean {
    if (typeof text !== "string" || typeof source !== "string") return false;
    if (!patterns.has(source)) {
      if (patterns.size >= mostPatterns) patterns.clear();
      patterns.set(source, compiled(compilePattern, source));
    }
    return patterns.get(source)?.(text) ?? false;
  }

  const argTypes = [ValueType, ValueType];
  environment.functionRegister.set("search", { argTypes, returnType: LogicalType, call: found });
  environment.functionRegister.set("match", {
    argTypes,
    returnType: LogicalType,
    call: (text: unknown, source: unknown) => found(text, typeof source === "string" ? `^(?:${source})$` : source),
  });
  return (source) => {
    const query = environment.compile(source);
    // Only read; the library leaves `readonly` out of its type of JSON.
    return (value) => query.query(value as JSONValue).values();
  };
}

/** Patterns may come from the queried document, so they are not kept without end. */
const mostPatterns = 100;

/** RFC 9535, 2.4.6: what is no I-Regexp matches nothing. */
function compiled(compilePattern: CompilePattern, source: string): ((text: string) => boolean) | undefined {
  try {
    return compilePattern(source);
  } catch {
    return undefined;
  }
}
