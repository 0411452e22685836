import type { MaybePromise } from "./exchange.ts";
import type { ModeContext } from "./mode.ts";

/** How a shared resource is made and ended. */
export interface ResourceRecipe<T> {
  open(): MaybePromise<T>;
  close(value: T): MaybePromise<void>;
}

/** Things that several instances hold together: a pool, a listening port. They outlive a reload while somebody holds them. */
export interface ResourcePool {
  /** Takes hold of the resource of this key, made when nobody holds it. The same holder counts once. */
  acquire<T>(key: string, holder: object, recipe: ResourceRecipe<T>): Promise<T>;
  /** Lets go of everything `holder` holds; closes what nobody holds any more. Returns what failed to close. */
  release(holder: object): Promise<readonly CloseFailure[]>;
  /** Keys that are held. */
  readonly keys: readonly string[];
}

/** A view of a pool for one holder, with keys of its own. */
export function heldBy(pool: ResourcePool, holder: object, prefix: string): ModeContext["resources"] {
  return { acquire: (key, recipe) => pool.acquire(`${prefix}/${key}`, holder, recipe) };
}

/** What `close` threw. */
export interface CloseFailure {
  readonly error: unknown;
}

interface Resource {
  readonly holders: Set<object>;
  readonly value: Promise<unknown>;
  readonly close: (value: unknown) => MaybePromise<void>;
}

export function createResourcePool(): ResourcePool {
  const resources = new Map<string, Resource>();
  /** Ends that are under way: a key is opened again only after its last value was closed. */
  const closing = new Map<string, Promise<void>>();

  const open = <T>(key: string, recipe: ResourceRecipe<T>): Resource => {
    const ended = closing.get(key) ?? Promise.resolve();
    const value = ended.then(() => recipe.open());
    // The pool keeps values of every type; each goes back only to the recipe it came from.
    const close = (opened: unknown): MaybePromise<void> => recipe.close(opened as T);
    const resource: Resource = { holders: new Set(), value, close };
    value.catch(() => {
      if (resources.get(key) === resource) resources.delete(key);
    });
    return resource;
  };

  const end = async (key: string, resource: Resource): Promise<readonly CloseFailure[]> => {
    // Where opening failed there is nothing to close, and `acquire` has said so.
    const ended = resource.value.then(resource.close, () => {});
    const settled = ended.then(
      () => {},
      () => {},
    );
    closing.set(key, settled);
    try {
      await ended;
      return [];
    } catch (error) {
      return [{ error }];
    } finally {
      if (closing.get(key) === settled) closing.delete(key);
    }
  };

  return {
    async acquire<T>(key: string, holder: object, recipe: ResourceRecipe<T>): Promise<T> {
      const resource = resources.get(key) ?? open(key, recipe);
      resources.set(key, resource);
      resource.holders.add(holder);
      // Whoever uses a key agrees on its type: keys are prefixed with the plugin's name.
      return (await resource.value) as T;
    },
    async release(holder) {
      const ends: Promise<readonly CloseFailure[]>[] = [];
      for (const [key, resource] of resources) {
        if (!resource.holders.delete(holder) || resource.holders.size > 0) continue;
        resources.delete(key);
        ends.push(end(key, resource));
      }
      return (await Promise.all(ends)).flat();
    },
    get keys() {
      return [...resources.keys()];
    },
  };
}
