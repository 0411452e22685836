import { noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
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
export async function compareApps(before: App, after: App, pace: Pace = noPace): Promise<Difference> {
  const left = new Map<string, string>();
  for (const { name, hash } of before.endpoints) {
    await pace();
    left.set(name, hash);
  }
  const added: string[] = [];
  const changed: string[] = [];
  for (const { name, hash } of after.endpoints) {
    await pace();
    const old = left.get(name);
    if (old === undefined) added.push(name);
    else if (old !== hash) changed.push(name);
    left.delete(name);
  }
  const settings = settingsOf(before) !== settingsOf(after);
  return { equal: before.hash === after.hash, added, removed: [...left.keys()], changed, settings };
}

function settingsOf({ server, logging, cors, globalHeaders, name }: App): string {
  return identityOf({ server, logging, cors, globalHeaders, name });
}
