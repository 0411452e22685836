import { databasesService, defineMode, offerService } from "@backworks/core";
import type { Databases, Mode } from "@backworks/core";

/** What a mode of a test shows. */
export interface Shown {
  /** Whether its database answers. */
  works: boolean;
  /** State of its target. */
  target: "up" | "down" | "ejected";
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
  return defineMode<Databases>({
    name: "shown",
    description: "for tests",
    endpointKeys: { shown: anything },
    services: [offerService(databasesService, (opened: Databases) => opened)],
    open: () => databases,
    health: () => ({ status: "healthy", details: { upstreams: { users: { one: shown.target } } } }),
    compile: () => () => ({ body: "shown" }),
  });
}
