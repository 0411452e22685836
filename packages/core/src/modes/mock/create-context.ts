import type { JsonValue } from "../../exchange.ts";
import type { EndpointSource, ModeContext } from "../../mode.ts";
import { compileTemplate } from "../../template/compile.ts";
import type { Scope, Template } from "../../template/template.ts";
import { compileDelivery, type DeliveryContext } from "./compile-delivery.ts";
import type { EndpointContext } from "./context.ts";
import { readTrace } from "./latency/trace.ts";
import type { Engines } from "./match/engines.ts";
import type { Mistakes, Path } from "./mistakes.ts";
import { keepsState, type Memory } from "./memory.ts";
import type { OpenMock } from "./open.ts";
import type { MockOptions, MockResponses } from "./options/endpoint.ts";

/** What templates and conditions are compiled with, wherever they stand. */
export type BaseContext = DeliveryContext & Omit<EndpointContext, "endpoint" | "scheduler" | "delivery">;

interface BaseParts {
  readonly context: ModeContext;
  /** Files it reads are the endpoint's: a change has it compiled again, and no other. @defaultValue those of the mode */
  readonly files?: ModeContext["files"];
  readonly settings: Pick<OpenMock, "strict" | "exposeEnvironment">;
  readonly mistakes: Mistakes;
  readonly engines: Engines;
  /** Pattern whose parameters `when.path` may name. */
  readonly pattern: string;
  /** Parameters that requests may have; nothing is known of them when left out. */
  readonly parameters?: readonly string[];
  readonly now: () => number;
  readonly place: EndpointSource["place"];
  readonly memory: Memory;
}

export function createBase(parts: BaseParts): BaseContext {
  const { context, settings, mistakes, engines, pattern, parameters, now, place, memory } = parts;
  const { logger, environment, app } = context;
  const files = parts.files ?? context.files;
  const { strict, exposeEnvironment } = settings;
  const compile: EndpointContext["compileTemplate"] = (value, path, options) => {
    // Written out: this is done for every value of every endpoint, and to spread objects takes ten times as long.
    const template = compileTemplate(value, {
      strict,
      exposeEnvironment,
      parameters,
      functions: context.templateFunctions,
      environment,
      files,
      development: app.development,
      logger,
      place: (inner) => place(options?.whole === true ? path : [...path, ...inner]),
    });
    if (template.usesState) memory.isKept = true;
    return template;
  };
  return {
    mistakes,
    engines,
    files,
    pattern,
    basePath: app.basePath,
    now,
    place,
    memory,
    compileTemplate: compile,
    compileExpression: (text, path) => compile(wrapped(text), path),
    constantOf,
    readSchema: (schema, path) => (typeof schema === "string" ? files.readData(schema, place(path)) : schema),
    readTrace: (file, path) => readTrace(file, files, place(path)),
  };
}

interface EndpointParts {
  readonly opened: OpenMock;
  readonly mistakes: Mistakes;
  readonly engines: Engines;
  readonly mock: MockOptions;
  readonly responses: MockResponses;
}

/** What one endpoint is compiled with. */
export function createContext(
  endpoint: EndpointSource,
  { opened, mistakes, engines, mock, responses }: EndpointParts,
): EndpointContext {
  const { world, context } = opened;
  const now = (): number => world.clock.now();
  const base = createBase({
    context,
    files: endpoint.files,
    settings: opened,
    mistakes,
    engines,
    pattern: endpoint.path,
    parameters: parametersOf(endpoint.path, responses),
    now,
    place: endpoint.place,
    memory: { isKept: opened.keepsState || keepsState(mock, responses) },
  });
  const inherited = compileDelivery(mock, ["mock"], { context: base, inherited: opened.delivery });
  return {
    mistakes,
    engines,
    files: base.files,
    pattern: base.pattern,
    basePath: base.basePath,
    now,
    place: base.place,
    memory: base.memory,
    compileTemplate: base.compileTemplate,
    compileExpression: base.compileExpression,
    constantOf,
    readSchema: base.readSchema,
    endpoint: endpoint.name,
    scheduler: context.scheduler,
    delivery: (options, path: Path) => compileDelivery(options, path, { context: base, inherited }),
  };
}

/** Parameters of the endpoint and of the routes below it. */
function parametersOf(path: string, responses: MockResponses): readonly string[] {
  return [path, ...Object.keys(responses)].flatMap((pattern) =>
    [...pattern.matchAll(/[{:](\w+)/g)].map(([, name = ""]) => name),
  );
}

function constantOf(template: Template): unknown {
  // A constant template looks at nothing of its scope.
  return template.evaluate(undefined as unknown as Scope);
}

/** `${}` inside an expression acts as parentheses, so it does no harm around one that has it already. */
function wrapped(expression: string): JsonValue {
  return expression.includes("{{") ? expression : `\${${expression}}`;
}
