import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** Kinds of resources that must be gone in the end. */
export const resourceKinds = ["timers", "sockets", "servers", "child processes", "file watchers", "workers"] as const;

/** A kind of resource. */
export type ResourceKind = (typeof resourceKinds)[number];

const kindOf: Readonly<Record<string, ResourceKind>> = {
  Timeout: "timers",
  TCPWRAP: "sockets",
  PIPEWRAP: "sockets",
  UDPWRAP: "sockets",
  TCPSERVERWRAP: "servers",
  PIPESERVERWRAP: "servers",
  PROCESSWRAP: "child processes",
  FSEVENTWRAP: "file watchers",
  STATWATCHER: "file watchers",
  WORKER: "workers",
};

/** Sees what code opens that runs under it, however it does so. */
export interface ResourceWatch {
  /** Runs code under the watch; what it waits for runs under it too. */
  under<T>(run: () => T): T;
  /** Runs code of somebody else that what is watched has called. */
  outside<T>(run: () => T): T;
  /** Whether the code that runs is under the watch. */
  readonly isUnder: boolean;
  /** What is open, by kind. */
  open(): Readonly<Record<ResourceKind, number>>;
  end(): void;
}

interface Handle {
  readonly _repeat?: number | null;
  hasRef?(): boolean;
}

/** Begins a watch. */
export function watchResources(): ResourceWatch {
  const storage = new AsyncLocalStorage<boolean>();
  const living = new Map<number, { readonly kind: ResourceKind; readonly handle: Handle }>();
  const hook = createHook({
    // oxlint-disable-next-line max-params -- node:async_hooks calls it so
    init(id, type, _trigger, handle) {
      const kind = kindOf[type];
      if (kind !== undefined && storage.getStore() === true) living.set(id, { kind, handle });
    },
    destroy: (id) => void living.delete(id),
  }).enable();
  return {
    under: (run) => storage.run(true, run),
    outside: (run) => storage.run(false, run),
    get isUnder() {
      return storage.getStore() === true;
    },
    open() {
      const counts = Object.fromEntries(resourceKinds.map((kind) => [kind, 0])) as Record<ResourceKind, number>;
      for (const { kind, handle } of living.values()) if (keepsOn(kind, handle)) counts[kind] += 1;
      return counts;
    },
    end: () => void hook.disable(),
  };
}

/**
 * A timer that runs once and keeps nothing alive is nobody's leak, nor is a connection that waits unreferenced for the next request: the pool of
 * `fetch` has both.
 */
function keepsOn(kind: ResourceKind, handle: Handle): boolean {
  if (kind === "timers" && typeof handle._repeat === "number") return true;
  return kind === "timers" || kind === "sockets" ? handle.hasRef?.() !== false : true;
}
