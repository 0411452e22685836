import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { EndpointSource } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import type { Path } from "../options/mistakes.ts";

/** A function of a user. */
export type UserCode = (message: unknown, request: unknown) => unknown;

/** Loads a module by its address. */
export type LoadModule = (url: string) => Promise<unknown>;

/** Loads what a file exports as `default`; a file with another content is another module. @throws BW_PROXY_CODE_INVALID, BW_FILE_MISSING */
export async function loadCode(
  file: string,
  { endpoint, path, loadModule }: { endpoint: EndpointSource; path: Path; loadModule: LoadModule },
): Promise<UserCode> {
  const where = endpoint.place(path);
  const bytes = endpoint.files.readBytes(file, where);
  const version = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const url = `${pathToFileURL(endpoint.files.resolve(file, where)).href}?v=${version}`;
  const namespace = await loadModule(url).catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BackworksError("BW_PROXY_CODE_INVALID", { file, problem }, { where, cause });
  });
  const code = defaultOf(namespace);
  if (typeof code === "function") return code as UserCode;
  const problem = "its default export is not a function";
  throw new BackworksError("BW_PROXY_CODE_INVALID", { file, problem }, { where });
}

/** `export default`, or `module.exports` of an older module. */
function defaultOf(namespace: unknown): unknown {
  return typeof namespace === "object" && namespace !== null && "default" in namespace ? namespace.default : undefined;
}
