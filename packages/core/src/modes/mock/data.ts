import { BackworksError } from "../../errors.ts";
import type { JsonValue } from "../../exchange.ts";
import type { Template } from "../../template/template.ts";
import { templateBody, type BodySource } from "./answer/reply.ts";
import type { EndpointContext } from "./context.ts";
import type { Path } from "./mistakes.ts";

/** `mock.data`, compiled. */
export interface MockData {
  readonly template: Template;
  readonly body: BodySource;
}

const path: Path = ["mock", "data"];

/** Reads and compiles `mock.data`: a value, or the content of a file when a text names one. */
export function compileData(data: JsonValue | undefined, context: EndpointContext): MockData | undefined {
  if (data === undefined) return undefined;
  return context.mistakes.attempt(() => {
    const isFile = typeof data === "string" && isDataFile(data);
    if (isFile && /\$\{|\{\{/.test(data)) {
      const hint = "use `body_file:` for a file that depends on the request";
      throw new BackworksError("BW_MOCK_DATA_FILE", { file: data }, { where: context.place(path), hint });
    }
    const value = isFile ? context.files.readData(data, context.place(path)) : data;
    const template = context.compileTemplate(value, path, { whole: isFile });
    return { template, body: templateBody(template, value, context) };
  });
}

/** A text that is one word, whatever its expressions hold, and ends like a data file. */
function isDataFile(text: string): boolean {
  return /^(?:\$\{[^}]*\}|\{\{[^}]*\}\}|[^\s${])+\.(?:json|ya?ml|csv)$/i.test(text);
}
