import type { CheckOptions } from "../options/checks.ts";
import type { CheckTools } from "./check.ts";
import { database } from "./database.ts";
import { http } from "./http.ts";
import { plugin } from "./plugin.ts";
import { tcp } from "./tcp.ts";

/** Runs a check of any kind. */
export async function runCheck(
  options: CheckOptions,
  tools: CheckTools & { readonly signal: AbortSignal },
): Promise<void> {
  switch (options.type) {
    case "http":
      return http(options, tools);
    case "tcp":
      return tcp(options, tools);
    case "database":
      return database(options, tools);
    case "plugin":
      return plugin(options, tools);
  }
}
