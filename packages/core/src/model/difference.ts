import type { App } from "./app.ts";
import { identityOf } from "./identity.ts";

/** What a reload changed. */
export interface Difference {
  /** Whether both say the same. */
  readonly equal: boolean;
  /** Names of endpoints. */
  readonly added: readonly string[];
  /** Names of endpoints. */
  readonly removed: readonly string[];
  /** Names of endpoints. */
  readonly changed: readonly string[];
  /** Whether anything of server, logging, CORS or global headers is different. */
  readonly settings: boolean;
}

/** Compares two Apps by the identity hashes of what they are made of. */
export function compareApps(before: App, after: App): Difference {
  const old = new Map(before.endpoints.map(({ name, hash }) => [name, hash]));
  const young = new Map(after.endpoints.map(({ name, hash }) => [name, hash]));
  return {
    equal: before.hash === after.hash,
    added: [...young.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !young.has(name)),
    changed: [...young].filter(([name, hash]) => old.has(name) && old.get(name) !== hash).map(([name]) => name),
    settings: settingsOf(before) !== settingsOf(after),
  };
}

function settingsOf({ server, logging, cors, globalHeaders, name }: App): string {
  return identityOf({ server, logging, cors, globalHeaders, name });
}
