import type { BackworksResponse, JsonValue } from "../../../exchange.ts";
import type { HeaderList } from "../../../headers.ts";
import type { ProjectFiles } from "../../../mode.ts";
import type { Place } from "../../../errors.ts";
import type { Template } from "../../../template/template.ts";
import type { Mistakes, Path } from "../mistakes.ts";
import type { ResponseOptions } from "../options/respond.ts";
import type { MockScope } from "../scope.ts";
import { compileBodyFile } from "./body-file.ts";
import { compileHeaders, type ReplyHeaders } from "./headers.ts";
import { jsonType, problemType } from "../../../file-type.ts";
import { problemBody } from "./problem.ts";
import { prepareResponse, toBody, typeOfValue } from "./response.ts";
import { compileStatus, type ReplyStatus } from "./status.ts";

/** A response, compiled. */
export interface Reply {
  /** Whether it reads the request's body. */
  readonly usesBody: boolean;
  /** The response when it is always the same: frozen and shared. */
  readonly constant: BackworksResponse | undefined;
  make(scope: MockScope): BackworksResponse;
}

/** What replies are compiled with. */
export interface ReplyContext {
  readonly mistakes: Mistakes;
  readonly files: ProjectFiles;
  place(path: Path): Place;
  /** `whole`: the value does not stand in the configuration, so mistakes are shown at `path` itself. */
  compileTemplate(value: JsonValue, path: Path, options?: { readonly whole: boolean }): Template;
  /** The value of a template without expressions. */
  constantOf(template: Template): unknown;
}

/** What is sent, with the content type that holds when no header gives one. */
export interface SentBody {
  readonly body: string | Uint8Array | null;
  readonly type: string | undefined;
}

/** Where a body comes from. */
export interface BodySource {
  readonly usesBody: boolean;
  readonly constant: SentBody | undefined;
  make(scope: MockScope): SentBody;
}

interface ReplyDefaults {
  readonly status: number;
  /** Body when the options give none. */
  readonly body: BodySource | undefined;
}

/** Compiles one response; every mistake is kept in `context.mistakes`. */
export function compileReply(
  options: ResponseOptions,
  path: Path,
  given: { readonly context: ReplyContext; readonly defaults: ReplyDefaults },
): Reply {
  const { context, defaults } = given;
  checkTogether(options, path, context);
  const fallback = options.problem === undefined ? defaults.status : problemStatus(options.problem);
  const status = compileStatus(options.status ?? fallback, [...path, "status"], context);
  const headers = compileHeaders(options.headers, [...path, "headers"], context);
  const body =
    context.mistakes.attempt(() => compileBody(options, path, { context, status })) ?? defaults.body ?? nothing;
  if (status.constant !== undefined && headers.constant !== undefined && body.constant !== undefined) {
    const { constant } = body;
    const response = prepareResponse(
      status.constant,
      withType(headers.constant, headers.typed, sentType(status.constant, constant.type)),
      constant.body,
    );
    return { usesBody: false, constant: response, make: () => response };
  }
  return {
    usesBody: status.usesBody || headers.usesBody || body.usesBody,
    constant: undefined,
    make: assemble(status, headers, body),
  };
}

/** A template as a body: values that are surely JSON are rendered as text at once. */
export function templateBody(template: Template, source: JsonValue, context: ReplyContext): BodySource {
  if (template.constant) {
    const value = context.constantOf(template);
    const constant = { body: toBody(value), type: typeOfValue(value) };
    return { usesBody: false, constant, make: () => constant };
  }
  const { usesBody } = template;
  if (isSurelyJson(source)) {
    return { usesBody, constant: undefined, make: (scope) => ({ body: template.renderJson(scope), type: jsonType }) };
  }
  return {
    usesBody,
    constant: undefined,
    make: (scope) => {
      const value = template.evaluate(scope);
      return { body: toBody(value), type: typeOfValue(value) };
    },
  };
}

const nothing: BodySource = templateless(null);

function templateless(body: null): BodySource {
  const constant = { body, type: undefined };
  return { usesBody: false, constant, make: () => constant };
}

/** An object whose own keys are no constructs (`$if`, `$file` …) stays an object. */
function isSurelyJson(source: JsonValue): boolean {
  if (typeof source !== "object" || source === null) return false;
  return Array.isArray(source) || !Object.keys(source).some((key) => key.startsWith("$"));
}

function compileBody(
  options: ResponseOptions,
  path: Path,
  { context, status }: { readonly context: ReplyContext; readonly status: ReplyStatus },
): BodySource | undefined {
  if (options.body_file !== undefined) {
    const templated = options.template ?? false;
    return compileBodyFile({ name: options.body_file, templated, path: [...path, "body_file"] }, context);
  }
  if (options.problem !== undefined) {
    const at = [...path, "problem"];
    const source = problemBody(options.problem, status.constant);
    const template = context.compileTemplate(source, at, { whole: true });
    return typed(templateBody(template, source, context), problemType);
  }
  if (options.body === undefined) return undefined;
  return templateBody(context.compileTemplate(options.body, [...path, "body"]), options.body, context);
}

function typed(source: BodySource, type: string): BodySource {
  return {
    usesBody: source.usesBody,
    constant: source.constant && { ...source.constant, type },
    make: (scope) => ({ ...source.make(scope), type }),
  };
}

function problemStatus(problem: NonNullable<ResponseOptions["problem"]>): number {
  const status = typeof problem === "object" ? problem["status"] : undefined;
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599 ? status : 400;
}

/** Header lists that differ in their content type only are made once each. */
function assemble(status: ReplyStatus, headers: ReplyHeaders, body: BodySource): Reply["make"] {
  const lists = new Map<string | undefined, HeaderList>();
  const shared = headers.constant;
  const headersFor = (scope: MockScope, type: string | undefined): HeaderList => {
    if (shared === undefined) return withType(headers.make(scope), headers.typed, type);
    const known = lists.get(type) ?? withType(shared, headers.typed, type).freeze();
    lists.set(type, known);
    return known;
  };
  return (scope) => {
    const sent = body.make(scope);
    const code = status.constant ?? status.make(scope);
    return { status: code, headers: headersFor(scope, sentType(code, sent.type)), body: sent.body };
  };
}

/** An answer that has no body has no type of one either. Source: RFC 9110, 15.3.5 and 15.3.6. */
function sentType(status: number, type: string | undefined): string | undefined {
  return status === 204 || status === 205 ? undefined : type;
}

function withType(list: HeaderList, typed: boolean, type: string | undefined): HeaderList {
  const headers = list.copy();
  if (!typed && type !== undefined) headers.append("content-type", type);
  return headers;
}

const bodies = ["body", "body_file", "problem"] as const;

function checkTogether(options: ResponseOptions, path: Path, { mistakes }: ReplyContext): void {
  const [first, second] = bodies.filter((key) => options[key] !== undefined);
  if (first !== undefined && second !== undefined) {
    mistakes.addKey("BW_MOCK_KEYS_TOGETHER", { first, second }, { path: [...path, second], hint: "keep one of them" });
  }
  if (options.template !== undefined && options.body_file === undefined) {
    mistakes.addKey("BW_MOCK_KEY_ALONE", { key: "template", needed: "body_file" }, { path: [...path, "template"] });
  }
}
