import { BackworksError } from "@backworks/core";
import { membersOf } from "../members.ts";
import type { Members } from "../members.ts";
import type { Npm } from "./npm.ts";

/** What the registry says of the version that a spec means. */
export interface Published {
  readonly name: string;
  readonly version: string;
  readonly description: string | undefined;
  /** Range of `@backworks/core` among its peers. */
  readonly corePeer: string | undefined;
  /** Whether its `package.json` says that it is a plugin. */
  readonly isPlugin: boolean;
  readonly homepage: string | undefined;
  readonly license: string | undefined;
}

/**
 * Every published version that a spec (`name`, `name@^1.0.0`) means, oldest first; `name` alone means the newest.
 * `undefined` when the registry has none.
 *
 * @throws BW_CLI_REGISTRY_FAILED
 */
export async function lookUp(spec: string, npm: Npm, folder: string): Promise<readonly Published[] | undefined> {
  const run = await npm(["view", spec, ...fields, "--json"], folder);
  const answer = parse(run.output);
  const { error } = membersOf(answer);
  const failure = membersOf(error);
  if (failure["code"] === "E404" || (run.code === 0 && answer === undefined)) return undefined;
  if (error !== undefined || run.code !== 0) throw registryFailure(text(failure["code"]), summary(failure, run.errors));
  return (Array.isArray(answer) ? answer : [answer]).flatMap((entry) => toPublished(membersOf(entry)));
}

const fields = ["name", "version", "description", "peerDependencies", "backworks", "homepage", "license"];

const unreachable =
  /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)$/;

/** A registry that cannot be reached, or that answers with something else than packages. `details.code` is npm's. */
export function registryFailure(code: string | undefined, problem: string): BackworksError {
  const offline = code !== undefined && unreachable.test(code);
  return new BackworksError("BW_CLI_REGISTRY_FAILED", {
    problem: offline ? `not reachable (${code})` : problem,
    reachable: offline ? "no" : "yes",
  });
}

/** npm's code in what it wrote on standard error. */
export function npmCode(errors: string): string | undefined {
  return /^npm (?:error|ERR!) code (\S+)/m.exec(errors)?.[1];
}

function summary(failure: Members, errors: string): string {
  const told = text(failure["summary"]) ?? /^npm (?:error|ERR!) (?!code)(.+)/m.exec(errors)?.[1] ?? "npm said nothing";
  return told.split("\n")[0] ?? told;
}

function toPublished(entry: Members): readonly Published[] {
  const name = text(entry["name"]);
  const version = text(entry["version"]);
  if (name === undefined || version === undefined) return [];
  return [{ name, version, ...factsIn(entry) }];
}

function factsIn(entry: Members): Omit<Published, "name" | "version"> {
  return {
    description: text(entry["description"]),
    corePeer: text(membersOf(entry["peerDependencies"])["@backworks/core"]),
    isPlugin: membersOf(entry["backworks"])["plugin"] === true,
    homepage: text(entry["homepage"]),
    license: text(entry["license"]),
  };
}

function parse(output: string): unknown {
  try {
    return output.trim() === "" ? undefined : JSON.parse(output);
  } catch {
    // npm wrote something else than JSON: the exit code says whether that is a failure.
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
