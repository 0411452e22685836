import { startApp } from "../src/testing.ts";
import type { StartAppOptions, StartedApp } from "../src/testing.ts";
import { createActMode } from "./act-mode.ts";
import type { ActMode } from "./act-mode.ts";

/** A server with an endpoint in hybrid mode, and modes that it may use besides mock. */
export interface HybridRig extends AsyncDisposable {
  readonly app: StartedApp;
  readonly database: ActMode;
  readonly proxy: ActMode;
  /** Who answered or why nobody did, with which status, and whether in the place of another. */
  ask(method: string, path?: string, init?: RequestInit): Promise<string>;
}

/** Serves `endpoints.a` at `/a` with a block of `hybrid:` and further lines of the endpoint. */
export async function startHybrid(
  block: string,
  more: string = "",
  options: Omit<StartAppOptions, "yaml"> & { readonly mode?: string } = {},
): Promise<HybridRig> {
  const { mode = "hybrid", ...rest } = options;
  const [database, proxy] = [createActMode("database"), createActMode("proxy")];
  const own = block === "" ? "" : `    ${mode}: ${block}\n`;
  const yaml = `name: x\nendpoints:\n  a:\n    path: /a\n    mode: ${mode}\n${own}${more}`;
  const app = await startApp({ ...rest, yaml, modes: [database.mode, proxy.mode] });
  return {
    app,
    database,
    proxy,
    async ask(method, path = "/a", init = {}) {
      const response = await app.fetch(path, { method, ...init });
      const text = await response.text();
      const by = /"by":"(\w+)"/.exec(text)?.[1] ?? /"code":"(\w+)"/.exec(text)?.[1] ?? text;
      const instead = response.headers.get("backworks-served-by");
      return `${by} ${response.status}${instead === null ? "" : ` instead: ${instead}`}`;
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** Lets the network and promises go on until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 4000 && !isSo(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  if (!isSo()) throw new Error("it never was so");
}
