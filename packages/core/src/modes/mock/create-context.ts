import type { JsonValue } from "../../exchange.ts";
import type { EndpointSource } from "../../mode.ts";
import { compileTemplate } from "../../template/compile.ts";
import type { Scope, Template } from "../../template/template.ts";
import { compileDelivery, plainDelivery } from "./compile-delivery.ts";
import type { EndpointContext } from "./context.ts";
import type { Delivery } from "./delivery.ts";
import { readTrace } from "./latency/trace.ts";
import type { Engines } from "./match/engines.ts";
import type { Mistakes, Path } from "./mistakes.ts";
import type { OpenMock } from "./open.ts";
import type { MockOptions } from "./options/endpoint.ts";

interface Given {
  readonly opened: OpenMock;
  readonly mistakes: Mistakes;
  readonly engines: Engines;
  readonly mock: MockOptions;
}

/** What one endpoint is compiled with. */
export function createContext(endpoint: EndpointSource, { opened, mistakes, engines, mock }: Given): EndpointContext {
  const { files, logger, environment, templateFunctions, app, scheduler } = opened.context;
  const shared = {
    functions: templateFunctions,
    environment,
    exposeEnvironment: opened.exposeEnvironment,
    strict: opened.strict,
    files,
    development: app.development,
    logger,
  };
  const compile: EndpointContext["compileTemplate"] = (value, path, options) =>
    compileTemplate(value, {
      ...shared,
      place: (inner) => endpoint.place(options?.whole === true ? path : [...path, ...inner]),
    });
  const base = {
    endpoint: endpoint.name,
    scheduler,
    mistakes,
    engines,
    files,
    pattern: endpoint.path,
    basePath: app.basePath,
    now: () => opened.world.clock.now(),
    place: (path: Path) => endpoint.place(path),
    compileTemplate: compile,
    compileExpression: (text: string, path: Path) => compile(wrapped(text), path),
    constantOf,
    readSchema: (schema: JsonValue, path: Path) =>
      typeof schema === "string" ? files.readData(schema, endpoint.place(path)) : schema,
    readTrace: (file: string, path: Path) => readTrace(file, files, endpoint.place(path)),
  };
  const root = compileDelivery(opened.defaults, ["mock"], { context: base, inherited: plainDelivery });
  const inherited: Delivery = compileDelivery(mock, ["mock"], { context: base, inherited: root });
  return { ...base, delivery: (options, path) => compileDelivery(options, path, { context: base, inherited }) };
}

function constantOf(template: Template): unknown {
  // A constant template looks at nothing of its scope.
  return template.evaluate(undefined as unknown as Scope);
}

/** `${}` inside an expression acts as parentheses, so it does no harm around one that has it already. */
function wrapped(expression: string): string {
  return expression.includes("{{") ? expression : `\${${expression}}`;
}
