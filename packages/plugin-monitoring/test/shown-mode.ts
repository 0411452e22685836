import { databasesService, defineMode, offerService, upstreamsService } from "@backworks/core";
import type { Databases, Mode, Upstreams, UpstreamTarget } from "@backworks/core";

/** What a mode of a test shows. */
export interface Shown {
  /** Whether its database answers. */
  works: boolean;
  /** State of its target. */
  target: UpstreamTarget["state"];
}

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

/** A mode with a database `main` and an upstream `users` that has one target. */
export function shownMode(shown: Shown): Mode {
  const query = async () => {
    if (!shown.works) throw new Error("it is away");
    return { rows: [], rowCount: 0 };
  };
  const databases: Databases = { names: ["main"], find: (name) => (name === "main" ? { query } : undefined) };
  const upstreams: Upstreams = {
    targets: () => [{ upstream: "users", target: "http://one.example:8080", state: shown.target }],
  };
  return defineMode<Databases>({
    name: "shown",
    description: "for tests",
    endpointKeys: { shown: anything },
    services: [
      offerService(databasesService, (opened: Databases) => opened),
      offerService(upstreamsService, () => upstreams),
    ],
    open: () => databases,
    compile: () => () => ({ body: "shown" }),
  });
}
