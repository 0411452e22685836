// oxlint-disable max-lines -- a catalogue: a line for each error
import type { JsonValue } from "./exchange.ts";

/** A text that was read, kept so that a mistake in it can be shown. */
export interface Source {
  /** Relative to the project's root where it lies below it. */
  readonly file: string;
  /** All of it. */
  readonly text: string;
}

/** A stretch of a source. */
export interface Place {
  /** The text the place is in. */
  readonly source: Source;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Of the marked token, at least 1; never past the end of its line. */
  readonly length: number;
}

/**
 * Every error Backworks reports. A code is for ever: never reused, never renamed.
 *
 * `{name}` in a message stands for a detail. `status` is what a client gets when the error ends a request.
 */
export const codes = {
  BW_ACCESS_DENIED: { status: 403, message: "this is not allowed in {collection}: {problem}" },
  BW_ACCESS_IDENTITY: {
    status: 401,
    message: "to {action} {collection} is not for everybody, and who asks is not known",
  },
  BW_API_LIMIT: {
    status: 503,
    message: "API {api} may be asked {requests} times a minute and would be asked more often",
  },
  BW_API_TOKEN: { status: 502, message: "API {api} cannot be used without a token: {problem}" },
  BW_API_UNKNOWN: { status: 500, message: "no API {api}" },
  BW_CACHE_ONLY: { status: 504, message: "the request wants a stored answer only, and none that is stored answers it" },
  BW_CACHE_PURGE: { status: 401, message: "answers are thrown away for who shows the token only: {problem}" },
  BW_CACHE_PURGE_WHAT: {
    status: 400,
    message: "it is not said what is to be thrown away: tag, url, endpoint or all=true",
  },
  BW_CLI_COMMAND_UNKNOWN: { status: 500, message: "unknown command {command}" },
  BW_CLI_EDIT_UNSAFE: { status: 500, message: "{file} is not changed: {problem}" },
  BW_CLI_ENDPOINT_UNKNOWN: { status: 500, message: "no endpoint {endpoint}" },
  BW_CLI_EVOLVE: { status: 500, message: "{endpoint} cannot become a table: {problem}" },
  BW_CLI_FILE_EXISTS: { status: 500, message: "{file} is there already" },
  BW_CLI_INSTALL_FAILED: { status: 500, message: "npm could not install {packages}" },
  BW_CLI_NOT_RUNNING: { status: 500, message: "no server runs in {directory}" },
  BW_CLI_NO_ANSWER: { status: 500, message: "{request} got no whole answer: {problem}" },
  BW_CLI_NPM_MISSING: { status: 500, message: "npm is not on the path" },
  BW_CLI_OPTION_UNKNOWN: { status: 500, message: "unknown option {option}" },
  BW_CLI_PACKAGE_INCOMPATIBLE: {
    status: 500,
    message: "{package} {version} does not fit: it is written for {range}, this is {core}",
  },
  BW_CLI_PACKAGE_UNKNOWN: { status: 500, message: "the registry has no {packages}" },
  BW_CLI_REGISTRY_FAILED: { status: 500, message: "the registry does not answer: {problem}" },
  BW_CLI_UNEXPECTED: { status: 500, message: "unexpected: {problem}" },
  BW_CLI_USAGE: { status: 500, message: "{problem}" },
  BW_CONFIG_ALIAS: { status: 500, message: "alias {alias} {problem}" },
  BW_CONFIG_BRANCH_BLOCK: { status: 500, message: "endpoint {endpoint} names the branch {mode} and has no {block}" },
  BW_CONFIG_BRANCH_NESTED: { status: 500, message: "{mode} cannot be a branch: it has branches itself" },
  BW_CONFIG_CONFLICT: { status: 500, message: "{path} is set already, in {first}" },
  BW_CONFIG_CYCLE: { status: 500, message: "{chain} closes a circle" },
  BW_CONFIG_DOCUMENTS: { status: 500, message: "a second document begins here" },
  BW_CONFIG_DUPLICATE_KEY: { status: 500, message: "key {key} is there twice in {path}" },
  BW_CONFIG_DUPLICATE_NAME: { status: 500, message: "endpoint {name} is there twice" },
  BW_CONFIG_DUPLICATE_ROUTE: { status: 500, message: "{method} {path} is answered by {first} already" },
  BW_CONFIG_ENVIRONMENT_UNKNOWN: { status: 500, message: "no environment {name}" },
  BW_CONFIG_EXPRESSION: { status: 500, message: "{path} does not evaluate the expression {expression}" },
  BW_CONFIG_FORBIDDEN_KEY: { status: 500, message: "key {key} is not allowed" },
  BW_CONFIG_INVALID: { status: 500, message: "{count} in {file}" },
  BW_CONFIG_MISSING_KEY: { status: 500, message: "{path} needs the key {key}" },
  BW_CONFIG_MODE_BLOCK: { status: 500, message: "endpoint {endpoint} has mode {mode} and no {block}" },
  BW_CONFIG_MODE_UNCLEAR: { status: 500, message: "endpoint {endpoint} does not say how it answers" },
  BW_CONFIG_MODE_UNKNOWN: { status: 500, message: "unknown mode {mode}" },
  BW_CONFIG_NOT_DATA: { status: 500, message: "{path} holds {found}, which a configuration cannot hold" },
  BW_CONFIG_NOT_FOUND: { status: 500, message: "no configuration in {directory}: looked for {names}" },
  BW_CONFIG_SYNTAX: { status: 500, message: "{problem}" },
  BW_CONFIG_TAG: { status: 500, message: "tag {tag} is not allowed" },
  BW_CONFIG_TOO_LARGE: { status: 500, message: "{what} is more than {limit}" },
  BW_CONFIG_UNKNOWN_KEY: { status: 500, message: "unknown key {key} in {path}" },
  BW_CONFIG_VARIABLE_MISSING: { status: 500, message: "environment variable {name} is not set" },
  BW_CONFIG_WRONG_TYPE: { status: 500, message: "{path} must be {expected}, found {found}" },
  BW_CONFIG_WRONG_VALUE: { status: 500, message: "{path} {problem}" },
  BW_DATABASE_BUSY: { status: 503, message: "database {database} has no connection free: {problem}" },
  BW_DATABASE_CONFLICT: { status: 409, message: "{problem}" },
  BW_DATABASE_DRIVER_MISSING: {
    status: 500,
    message: "database {database} needs the package {package}, which is not installed",
  },
  BW_DATABASE_FULL: { status: 507, message: "database {database} has no room left" },
  BW_DATABASE_MIGRATION: { status: 500, message: "migration {migration}: {problem}" },
  BW_DATABASE_NO_ROW: { status: 404, message: "there is no such row" },
  BW_DATABASE_READ_ONLY: { status: 503, message: "database {database} cannot be written to" },
  BW_DATABASE_SETTING: { status: 500, message: "database {database} cannot be used: {problem}" },
  BW_DATABASE_SQL: { status: 500, message: "{path} is no statement that can be run: {problem}" },
  BW_DATABASE_STATEMENT: { status: 500, message: "database {database} refused the statement: {problem}" },
  BW_DATABASE_TABLE: { status: 500, message: "database {database} has no table {table}" },
  BW_DATABASE_TABLE_EXISTS: { status: 500, message: "database {database} has a table {table} already" },
  BW_DATABASE_TIMEOUT: { status: 504, message: "database {database} did not answer within {limit}" },
  BW_DATABASE_UNAVAILABLE: { status: 503, message: "database {database} cannot be reached: {problem}" },
  BW_DATABASE_UNKNOWN: { status: 500, message: "no database {database}" },
  BW_DATABASE_VALUE: { status: 422, message: "{problem}" },
  BW_FILE_MISSING: { status: 500, message: "file {file} does not exist" },
  BW_FILE_OUTSIDE: { status: 500, message: "file {file} lies outside the project" },
  BW_FILE_SYNTAX: { status: 500, message: "{file}: {problem}" },
  BW_GENERATION_ENDED: { status: 503, message: "the endpoint was changed before it answered" },
  BW_HANDLER_TIMEOUT: { status: 504, message: "there was no answer within {limit} ms" },
  BW_HYBRID_METHOD: { status: 500, message: "no branch of endpoint {endpoint} answers {method}" },
  BW_HYBRID_UNMATCHED: { status: 404, message: "no branch answers {method} {path}" },
  BW_HYBRID_UNREACHABLE: { status: 500, message: "{branch} never answers: {problem}" },
  BW_INTERNAL: { status: 500, message: "an unexpected error" },
  BW_LISTEN_FAILED: { status: 500, message: "cannot listen on port {port} of {host}: {problem}" },
  BW_METHOD_NOT_ALLOWED: { status: 405, message: "{path} does not answer {method}" },
  BW_MIDDLEWARE_INVALID: { status: 500, message: "middleware {module}: {problem}" },
  BW_MOCK_BODY_FILE_MISSING: { status: 404, message: "there is no file {file} to answer with" },
  BW_MOCK_BODY_KIND: { status: 500, message: "unknown kind of body condition {kind}, known are {known}" },
  BW_MOCK_CONDITION_INVALID: { status: 500, message: "a condition must be a value or operators, found {found}" },
  BW_MOCK_CONDITION_TEMPLATE: { status: 500, message: "a condition does not evaluate the expression in {value}" },
  BW_MOCK_DATA_FILE: { status: 500, message: "the name of the data file {file} holds an expression" },
  BW_MOCK_HEADER_INVALID: { status: 500, message: "header {header} cannot be sent: {problem}" },
  BW_MOCK_JSONPATH_INVALID: { status: 500, message: "{query} is not a JSONPath: {problem}" },
  BW_MOCK_KEYS_TOGETHER: { status: 500, message: "{first} and {second} cannot stand together" },
  BW_MOCK_KEY_ALONE: { status: 500, message: "{key} has no meaning without {needed}" },
  BW_MOCK_NOTHING: { status: 500, message: "endpoint {endpoint} has nothing to answer with" },
  BW_MOCK_OPERATOR_UNKNOWN: { status: 500, message: "unknown operator {operator}" },
  BW_MOCK_OPERATOR_VALUE: { status: 500, message: "{operator} must have {expected}, found {found}" },
  BW_MOCK_PARAMETER_UNKNOWN: { status: 500, message: "{pattern} has no parameter {parameter}" },
  BW_MOCK_PATTERN_INVALID: { status: 500, message: "{pattern} is not a regular expression: {problem}" },
  BW_MOCK_RESPONSE_KEY: { status: 500, message: "{key} is neither a method nor a method with a path" },
  BW_MOCK_RULE_EMPTY: { status: 500, message: "{rule} answers nothing" },
  BW_MOCK_SCHEMA_INVALID: { status: 500, message: "this is not a JSON Schema: {problem}" },
  BW_MOCK_STATUS_INVALID: { status: 500, message: "{expression} gave {value}, which is no status from 200 to 599" },
  BW_MOCK_TRACE_INVALID: { status: 500, message: "trace {file} cannot be replayed: {problem}" },
  BW_MOCK_UNMATCHED: { status: 404, message: "no rule answers {method} {path}" },
  BW_MODE_INVALID: { status: 500, message: "{module} is not a mode: {problem}" },
  BW_MODE_ORDER: { status: 500, message: "modes wait for each other: {circle}" },
  BW_MONITORING_TOKEN: { status: 401, message: "metrics are shown to whoever brings the token" },
  BW_OVERLOADED: { status: 503, message: "the server cannot keep up" },
  BW_PATH_PATTERN: { status: 500, message: "path {path} {problem}" },
  BW_PLUGINS_INVALID: { status: 500, message: "{count} mistakes in plugins" },
  BW_PLUGIN_ACTION_UNKNOWN: { status: 404, message: "plugin {plugin} has no action {action}" },
  BW_PLUGIN_API: { status: 500, message: "plugin {plugin} {version} is written for plugin API {range}, this is {api}" },
  BW_PLUGIN_BLOCKED: {
    status: 500,
    message: "plugin {plugin} kept the event loop to itself for {duration} ms, in {place}",
  },
  BW_PLUGIN_CONFLICT: { status: 500, message: "plugins {first} and {second} both bring {what}" },
  BW_PLUGIN_ENDED: { status: 500, message: "plugin {plugin} has ended" },
  BW_PLUGIN_FAILED: { status: 500, message: "plugin {plugin} failed in {step}: {problem}" },
  BW_PLUGIN_IMPORT: { status: 500, message: "plugin {plugin} cannot be imported: {problem}" },
  BW_PLUGIN_INVALID: { status: 500, message: "{module} is not a plugin: {problem}" },
  BW_PLUGIN_NAME: { status: 500, message: "{module} is the plugin {actual}, not {plugin}" },
  BW_PLUGIN_NOT_ENABLED: { status: 404, message: "plugin {plugin} is not enabled" },
  BW_PLUGIN_NOT_FOUND: { status: 500, message: "plugin {plugin} is not installed" },
  BW_PLUGIN_ORDER: { status: 500, message: "plugins wait for each other: {circle}" },
  BW_PLUGIN_REFUSED: { status: 503, message: "plugin {plugin} could not check this request" },
  BW_PLUGIN_REQUIRES: { status: 500, message: "plugin {plugin} needs {required} {range}, which {problem}" },
  BW_PLUGIN_TIMEOUT: { status: 500, message: "plugin {plugin} did not finish {step} within {limit} ms" },
  BW_PLUGIN_VERSION: {
    status: 500,
    message: "plugin {plugin} is version {version}, the configuration asks for {range}",
  },
  BW_PORT_IN_USE: { status: 500, message: "port {port} of {host} is taken" },
  BW_PROXY_ALGORITHM_UNKNOWN: { status: 500, message: "unknown algorithm {algorithm}" },
  BW_PROXY_CODE_INVALID: { status: 500, message: "{file} cannot be used: {problem}" },
  BW_PROXY_HEADER_INVALID: { status: 400, message: "header {header} cannot be sent: {problem}" },
  BW_PROXY_LOOP: {
    status: 508,
    message: "endpoint {endpoint} gets a request that it has forwarded already: its way leads back here",
  },
  BW_PROXY_PART_FAILED: { status: 502, message: "part {part} is missing: {problem}" },
  BW_PROXY_TRANSFORM_FAILED: { status: 502, message: "{what} could not be changed: {problem}" },
  BW_PROXY_UPSTREAM_UNKNOWN: { status: 500, message: "no upstream {upstream}" },
  BW_QUERY_AMBIGUOUS_RELATION: { status: 400, message: "{collection} has several relations to {relation}" },
  BW_QUERY_INVALID: { status: 400, message: "query parameter {parameter} {problem}" },
  BW_QUERY_PREFERENCE: { status: 400, message: "the preference {preference} is not known here" },
  BW_QUERY_RANGE: { status: 416, message: "the range {range} {problem}" },
  BW_QUERY_SINGULAR: { status: 406, message: "one row was asked for, {count} fit" },
  BW_QUERY_TOO_MANY_AFFECTED: { status: 400, message: "{count} rows would change, at most {limit} may" },
  BW_QUERY_UNFILTERED: { status: 400, message: "{method} of {collection} without a filter would change every row" },
  BW_QUERY_UNKNOWN_COLUMN: { status: 400, message: "no column {column} in {collection}" },
  BW_QUERY_UNKNOWN_RELATION: { status: 400, message: "no relation between {collection} and {relation}" },
  BW_QUERY_UNSUPPORTED: { status: 400, message: "{backend} cannot be asked by {operator}" },
  BW_RATE_LIMITED: {
    status: 429,
    message: "too many requests: {requests} a minute are admitted, {burst} at once",
  },
  BW_REQUEST_ABORTED: { status: 499, message: "the client went away" },
  BW_REQUEST_BODY_MISSING: { status: 400, message: "the request has no body, expected {expected}" },
  BW_REQUEST_BOMB: { status: 413, message: "the request body grows to more than {ratio} times of what was sent" },
  BW_REQUEST_CHUNK_EXTENSIONS: { status: 413, message: "the chunk extensions of the request body are too large" },
  BW_REQUEST_CODING: { status: 501, message: "the transfer coding {coding} is not known here" },
  BW_REQUEST_CSV: { status: 400, message: "the request body is not CSV: {problem}" },
  BW_REQUEST_ENCODING: { status: 415, message: "the request body is {found}, expected {expected}" },
  BW_REQUEST_ENCODING_BROKEN: { status: 400, message: "the request body is not what its content-encoding says" },
  BW_REQUEST_EXPECTATION: { status: 417, message: "the expectation {expectation} cannot be met" },
  BW_REQUEST_FIELDS: { status: 400, message: "the request has more than {limit} fields" },
  BW_REQUEST_FORM: { status: 400, message: "the request body is not a form: {problem}" },
  BW_REQUEST_HEADERS_TOO_LARGE: { status: 431, message: "the header fields are more than {limit}" },
  BW_REQUEST_INVALID: { status: 400, message: "{problem}" },
  BW_REQUEST_JSON: { status: 400, message: "the request body is not JSON: {problem}" },
  BW_REQUEST_JSON_LIMIT: { status: 400, message: "the request body {problem}" },
  BW_REQUEST_KEY: { status: 400, message: "the request has a key {key}, which is not allowed" },
  BW_REQUEST_MALFORMED: { status: 400, message: "the request is malformed: {problem}" },
  BW_REQUEST_MEDIA_TYPE: { status: 415, message: "the request body is {type}, expected {expected}" },
  BW_REQUEST_METHOD: { status: 501, message: "the method is not known here" },
  BW_REQUEST_PATH: { status: 400, message: "the path {path} {problem}" },
  BW_REQUEST_STOPPED: {
    status: 500,
    message: "what was to answer kept the server busy for {duration} ms and was stopped",
  },
  BW_REQUEST_TIMEOUT: { status: 408, message: "the request did not arrive in time" },
  BW_REQUEST_TOO_LARGE: { status: 413, message: "the request body is larger than {limit} bytes" },
  BW_REQUEST_URL_TOO_LONG: { status: 414, message: "the request target is longer than {limit} bytes" },
  BW_REQUEST_VERSION: { status: 505, message: "only HTTP/1.0 and HTTP/1.1 are spoken here" },
  BW_RESOURCE_CONFLICT: { status: 409, message: "{resource} has a row with {field} {id} already" },
  BW_RESOURCE_INVALID: { status: 422, message: "the row does not fit {resource}: {problem}" },
  BW_RESOURCE_NOT_FOUND: { status: 404, message: "{resource} has no row with {field} {id}" },
  BW_RESOURCE_PRECONDITION: { status: 412, message: "{header} does not hold for what is there" },
  BW_RESOURCE_PRECONDITION_REQUIRED: { status: 428, message: "a write to a row of {resource} needs If-Match" },
  BW_RESOURCE_UNSAVED: { status: 500, message: "a row of {resource} could not be written to its file" },
  BW_RESPONSE_INVALID: { status: 500, message: "the response cannot be sent: {problem}" },
  BW_ROUTE_NOT_FOUND: { status: 404, message: "no endpoint answers {method} {path}" },
  BW_RUNTIME_ANSWER: { status: 502, message: "the handler of {endpoint} gave no valid answer: {problem}" },
  BW_RUNTIME_BUSY: { status: 503, message: "the handler of {endpoint} has {queue} requests waiting already" },
  BW_RUNTIME_COMMAND: { status: 500, message: "there is no program {command} to run the handler of {endpoint}" },
  BW_RUNTIME_CRASHED: { status: 502, message: "the handler of {endpoint} did not survive: {reason}" },
  BW_RUNTIME_FAILED: { status: 500, message: "the handler of {endpoint} failed: {problem}" },
  BW_RUNTIME_LANGUAGE: { status: 500, message: "unknown language {language}" },
  BW_RUNTIME_LOAD: { status: 500, message: "handler {handler} cannot be loaded: {problem}" },
  BW_RUNTIME_OPTION: { status: 500, message: "{problem}" },
  BW_RUNTIME_SERVICE: { status: 500, message: "nobody offers {name} in {kind}" },
  BW_SCHEMA_INVALID: { status: 500, message: "this JSON Schema {problem}" },
  BW_SCHEMA_MISPLACED: { status: 500, message: "this {problem}" },
  BW_SERVER_CLOSING: { status: 503, message: "the server goes down" },
  BW_SERVICE_CONFLICT: { status: 500, message: "{first} and {second} both offer the service {service}" },
  BW_SERVICE_MISSING: { status: 500, message: "nobody offers the service {service}" },
  BW_TEMPLATE_ARGUMENTS: { status: 500, message: "{signature} {problem}" },
  BW_TEMPLATE_CONSTRUCT: { status: 500, message: "{construct} {problem}" },
  BW_TEMPLATE_ENVIRONMENT: { status: 500, message: "env.{name} is not exposed" },
  BW_TEMPLATE_FAILED: { status: 500, message: "{expression} failed: {problem}" },
  BW_TEMPLATE_FAKER: { status: 500, message: "faker has no {name}" },
  BW_TEMPLATE_FORBIDDEN: { status: 400, message: "a template may not name {name}" },
  BW_TEMPLATE_LIMIT: { status: 500, message: "{what} are more than a template may make ({most})" },
  BW_TEMPLATE_MISSING: { status: 500, message: "{expression} has no value" },
  BW_TEMPLATE_SYNTAX: { status: 500, message: "{problem}" },
  BW_TEMPLATE_UNKNOWN_FUNCTION: { status: 500, message: "unknown function {name}" },
  BW_TEMPLATE_UNKNOWN_NAME: { status: 500, message: "unknown name {name}" },
  BW_TLS_INVALID: { status: 500, message: "server.tls cannot be used: {problem}" },
  BW_UPSTREAM_NONE: { status: 503, message: "no target of the upstream {upstream} is available" },
  BW_UPSTREAM_PROTOCOL: { status: 502, message: "the answer of the upstream {upstream} is not HTTP: {problem}" },
  BW_UPSTREAM_RESET: {
    status: 502,
    message: "the upstream {upstream} closed the connection before its answer was there",
  },
  BW_UPSTREAM_TIMEOUT: { status: 504, message: "the upstream {upstream} did not answer within {limit} ms" },
  BW_UPSTREAM_TLS_INVALID: { status: 500, message: "TLS of {upstream} cannot be used: {problem}" },
  BW_UPSTREAM_TOO_LARGE: { status: 502, message: "the answer of the upstream is larger than {limit} bytes" },
  BW_UPSTREAM_UNREACHABLE: { status: 502, message: "the upstream {upstream} cannot be reached: {problem}" },
  BW_WORKERS_FAILED: { status: 500, message: "worker {pid} ended at its start: {reason}" },
  BW_WORKERS_OPTION: { status: 500, message: "{option} cannot be given to several processes" },
  BW_WORKERS_OWNER_GONE: { status: 503, message: "the process that answers this is being replaced" },
  BW_WORKERS_PLUGIN: { status: 500, message: "plugin {plugin} runs in one process only: {reason}" },
  BW_WORKERS_RELOAD: { status: 500, message: "a worker does not reload by itself" },
  BW_WORKERS_UPGRADE: {
    status: 500,
    message: "{path} takes over connections and keeps state, which one process must do",
  },
} as const satisfies Record<`BW_${string}`, { status: number; message: string }>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof codes;

/** What an error may carry besides its details. */
export interface ErrorOptions {
  /** Where in the configuration the cause stands. */
  readonly where?: Place | undefined;
  /** What to do about it: `did you mean methods?` */
  readonly hint?: string | undefined;
  /** The foreign error that was wrapped. */
  readonly cause?: unknown;
  /** Further members of the problem body a client gets, such as `violations`. */
  readonly members?: Readonly<Record<string, JsonValue>> | undefined;
  /** Headers the answer to a client must carry, such as `accept-patch`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Everything that is wrong, when this error stands for several. */
  readonly errors?: readonly BackworksError[];
}

/** Values for the `{name}` of a message. Never holds a secret. */
type Details = Readonly<Record<string, string | number>>;

const brand = Symbol.for("backworks.error");

/** The one error class. Callers test `code`, never the message and never the class. */
export class BackworksError extends Error {
  /** The same for every error, whichever copy of the package made it. */
  override readonly name = "BackworksError";
  /** What to test. */
  readonly code: ErrorCode;
  /** HTTP status a client gets. */
  readonly status: number;
  /** What the message was made of. */
  readonly details: Details;
  /** Where in the configuration the cause stands. */
  readonly where: Place | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Further members of the problem body a client gets. */
  readonly members: Readonly<Record<string, JsonValue>> | undefined;
  /** Headers the answer to a client must carry, names in lower case. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** In the order of the file; empty unless this error stands for several. */
  readonly errors: readonly BackworksError[];
  /** What `isBackworksError` looks for. */
  readonly [brand] = true;

  constructor(code: ErrorCode, details: Details = {}, options: ErrorOptions = {}) {
    const template: string = codes[code].message;
    super(
      template.replace(/\{(\w+)\}/g, (whole, key: string) => (key in details ? shorten(details[key]) : whole)),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.status = codes[code].status;
    this.details = details;
    this.where = options.where;
    this.hint = options.hint;
    this.members = options.members;
    this.headers = options.headers;
    this.errors = options.errors ?? [];
    // Node prints every enumerable property of an error that nobody catches: the whole text of the source among them.
    Object.defineProperty(this, "where", { enumerable: false });
  }
}

/** Whether a caught value is one of ours, whichever copy of the package made it. */
export function isBackworksError(value: unknown): value is BackworksError {
  if (typeof value !== "object" || value === null) return false;
  try {
    return brand in value;
  } catch {
    // A proxy that does not want to be looked at is none of ours.
    return false;
  }
}

const longest = 120;

function shorten(value: string | number | undefined): string {
  const text = String(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
