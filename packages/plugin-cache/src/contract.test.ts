import { join } from "node:path";
import { describe, it } from "@jest/globals";
import { pluginContract, registerChecks } from "@backworks/testkit";
import { cache } from "./plugin.ts";

describe("the contract", () => {
  registerChecks(
    pluginContract(cache, {
      options: { default_ttl: "30s" },
      requests: [{ path: "/own" }, { path: "/own", init: { headers: { "cache-control": "no-cache" } } }],
      otherOptions: { default_ttl: "1m", cache_status: "other" },
      endpointOptions: { ttl: 5 },
      actions: { purge: [{ tags: ["a"], urls: ["/own?b=1"], endpoints: ["own"], all: true }] },
      // Absent, times are not given, nothing is ignored, and what one endpoint does not say is said for all.
      withoutDefault: `url default_ttl negative_ttl stale_while_revalidate stale_if_error purge trust_vary obey_requests
        query query.ignore query.sort ttl vary forward ignore tags purges`.split(/\s+/),
      except: {
        "options of an endpoint: refuses what is no mapping without throwing": "a duration stands for its ttl",
      },
      packageFolder: join(import.meta.dirname, ".."),
    }),
    it,
  );
});
