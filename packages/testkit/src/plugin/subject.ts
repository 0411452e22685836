import type { JsonValue, PluginDefinition } from "@backworks/core";

/** What a plugin needs to be tried. Everything is optional. */
export interface PluginContractOptions {
  /** Options it works with. @defaultValue none */
  readonly options?: unknown;
  /** Other options it works with as well, for a reload. @defaultValue the same */
  readonly otherOptions?: unknown;
  /** Options of an endpoint, when it has some. @defaultValue none */
  readonly endpointOptions?: unknown;
  /** Options of the plugin or an endpoint that stand for something when they are absent, and so have no default. */
  readonly withoutDefault?: readonly string[];
  /** Plugins it requires, each with its options. */
  readonly beside?: readonly { readonly plugin: PluginDefinition; readonly options?: unknown }[];
  /** Further requests it is tried with, besides GET, POST, HEAD, a path and a method that nobody answers. */
  readonly requests?: readonly { readonly path: string; readonly init?: RequestInit }[];
  /** What its actions are given, by name; what is not right for them they are given anyway. */
  readonly actions?: Readonly<Record<string, readonly JsonValue[]>>;
  /** Folder of its package, with the checks of `package.json` and of what importing it does. @defaultValue those are left out */
  readonly packageFolder?: string;
  /** Milliseconds a hook may take, and a step of its life. @defaultValue 1000 and 5000: a busy machine fails nobody */
  readonly limits?: { readonly hookMs?: number; readonly lifecycleMs?: number };
  /** Checks that are left out, each with the reason. */
  readonly except?: Readonly<Record<string, string>>;
}

/** A plugin with everything it is tried with. */
export interface Subject {
  readonly plugin: PluginDefinition;
  readonly options: unknown;
  readonly otherOptions: unknown;
  readonly endpointOptions: unknown;
  readonly withoutDefault: ReadonlySet<string>;
  readonly beside: readonly { readonly plugin: PluginDefinition; readonly options?: unknown }[];
  readonly requests: readonly { readonly path: string; readonly init?: RequestInit }[];
  readonly actions: Readonly<Record<string, readonly JsonValue[]>>;
  readonly packageFolder: string | undefined;
  readonly hookMs: number;
  readonly lifecycleMs: number;
}

export function toSubject(plugin: PluginDefinition, given: PluginContractOptions): Subject {
  const { options = {}, limits = {} } = given;
  return {
    plugin,
    options,
    otherOptions: given.otherOptions ?? options,
    endpointOptions: given.endpointOptions,
    withoutDefault: new Set(given.withoutDefault),
    beside: given.beside ?? [],
    requests: given.requests ?? [],
    actions: given.actions ?? {},
    packageFolder: given.packageFolder,
    hookMs: limits.hookMs ?? 1000,
    lifecycleMs: limits.lifecycleMs ?? 5000,
  };
}
