import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BackworksError } from "@backworks/core";

/** A request given on the command line. */
export interface GivenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | undefined;
}

/** Declared by the commands that take a request. */
export const requestOptions = {
  header: {
    type: "array",
    string: true,
    alias: "H",
    requiresArg: true,
    default: [] as string[],
    describe: "Header, as 'name: value'; may repeat",
  },
  data: {
    type: "string",
    alias: "d",
    requiresArg: true,
    describe: "Body, or @file; JSON gets its content type by itself",
  },
} as const;

export const requestPositionals = {
  method: { type: "string", demandOption: true, describe: "GET, POST …" },
  path: { type: "string", demandOption: true, describe: "Path with its query: /users?page=2" },
} as const;

export interface RequestArguments {
  readonly method: string;
  readonly path: string;
  readonly header: readonly string[];
  readonly data: string | undefined;
}

/**
 * The request that arguments mean.
 *
 * @param cwd - where a file with the body is looked for
 * @throws BW_CLI_USAGE
 */
export function toRequest(args: RequestArguments, cwd: string): GivenRequest {
  if (!/^[A-Za-z][A-Za-z-]*$/.test(args.method)) throw usage(`${args.method} is no method`, "backworks try GET /users");
  if (!args.path.startsWith("/")) {
    const near = args.path.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^\/*/, "/");
    throw usage(`the path ${args.path} must begin with a slash`, `did you mean ${near}?`);
  }
  const headers = toHeaders(args.header);
  const body = args.data?.startsWith("@") === true ? readBody(args.data.slice(1), cwd) : args.data;
  if (body !== undefined && !("content-type" in headers)) headers["content-type"] = contentType(body);
  return { method: args.method.toUpperCase(), url: encodePath(args.path), headers, body };
}

/** A path as browsers send it: what is no visible ASCII is percent-encoded. */
function encodePath(path: string): string {
  return path.replace(/[^\u0021-\u007e]+/g, (part) => encodeURIComponent(part));
}

function readBody(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw usage(`the file ${file} of --data cannot be read`, (error as Error).message);
  }
}

function toHeaders(lines: readonly string[]): Record<string, string | string[]> {
  // A header may have the name of a member of every object.
  const headers = new Map<string, string | string[]>();
  for (const line of lines) {
    const [, name, value = ""] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):\s*(.*?)\s*$/s.exec(line) ?? [];
    if (name === undefined)
      throw usage(`the header ${line} is not written name: value`, "for example -H 'x-plan: pro'");
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(headers);
}

function contentType(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    // Not JSON: taken as a form when it looks like one, the way curl does.
    return /^[^=&\s]+=[^&]*(&[^=&\s]+=[^&]*)*$/.test(body) ? "application/x-www-form-urlencoded" : "text/plain";
  }
}

function usage(problem: string, hint: string): BackworksError {
  return new BackworksError("BW_CLI_USAGE", { problem }, { hint });
}
