import { join } from "node:path";
import { describe, it } from "@jest/globals";
import { pluginContract, registerChecks } from "@backworks/testkit";
import cache from "./index.ts";

/** Absent, the answers themselves or the whole API say it. */
const said = ["ttl", "default_ttl", "negative_ttl", "stale_while_revalidate", "stale_if_error", "trust_vary"];
const asked = ["obey_requests", "query", "query.ignore", "query.sort", "vary", "forward", "ignore", "tags", "purges"];

describe("the contract", () => {
  registerChecks(
    pluginContract(cache, {
      options: { default_ttl: "1m" },
      otherOptions: { default_ttl: "2m", max_size: "8MB" },
      endpointOptions: { ttl: "5m", tags: ["own"] },
      // Absent, there is no Redis and no route to purge.
      withoutDefault: [...said, ...asked, "url", "purge"],
      requests: [{ path: "/own" }, { path: "/own", init: { headers: { "cache-control": "no-cache" } } }],
      packageFolder: join(import.meta.dirname, ".."),
    }),
    it,
  );
});
