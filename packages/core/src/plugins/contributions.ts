import { BackworksError } from "../errors.ts";
import type { Handler, MaybePromise, ResponseInit } from "../exchange.ts";
import { normalisePath, pathShape } from "../path-pattern.ts";
import type { ConnectMount, Contributions, HandlerRoute } from "../plugin.ts";
import type { TemplateFunction } from "../template-function.ts";
import { viewOf } from "./exchange-view.ts";
import { isThenable } from "./hook.ts";
import type { Ledger } from "./ledger.ts";
import { isAnswer, problemOf } from "./ledger.ts";

/** What all plugins of a generation add to the App, in their order. */
export interface MergedContributions {
  readonly routes: readonly OwnedMount[];
  readonly middleware: readonly OwnedMount[];
  readonly handlers: readonly (HandlerRoute & Owned)[];
  readonly templateFunctions: ReadonlyMap<string, TemplateFunction>;
}

interface Owned {
  /** Name of the plugin it comes from. */
  readonly plugin: string;
}

/** A mount of a plugin, which is told what goes wrong in it. */
interface OwnedMount extends ConnectMount, Owned {
  failed(error: unknown): void;
}

/** One plugin's part. */
export interface ContributionSource {
  readonly plugin: string;
  readonly contributes: Contributions | undefined;
  readonly ledger: Ledger;
}

/**
 * Puts the contributions of all plugins together.
 *
 * @throws BW_PLUGIN_CONFLICT when two of them bring the same, BW_PATH_PATTERN
 */
export function mergeContributions(sources: readonly ContributionSource[]): MergedContributions {
  const claim = createStrictClaims();
  const templateFunctions = new Map<string, TemplateFunction>();
  for (const { plugin, contributes } of sources) {
    for (const [name, entry] of Object.entries(contributes?.templateFunctions ?? {})) {
      claim(plugin, `the template function ${name}`);
      templateFunctions.set(name, entry);
    }
  }
  return {
    routes: sources.flatMap((source) => own(source, source.contributes?.routes)),
    middleware: sources.flatMap((source) => own(source, source.contributes?.middleware)),
    handlers: sources.flatMap((source) => handlersOf(source, claim)),
    templateFunctions,
  };
}

/** Remembers who brings what; tells who was first when it is there already. */
export function createClaims(): (plugin: string, what: string) => string | undefined {
  const claimed = new Map<string, string>();
  return (plugin, what) => {
    const first = claimed.get(what);
    if (first === undefined) claimed.set(what, plugin);
    return first;
  };
}

function createStrictClaims(): (plugin: string, what: string) => void {
  const claim = createClaims();
  return (plugin, what) => {
    const first = claim(plugin, what);
    if (first !== undefined) throw new BackworksError("BW_PLUGIN_CONFLICT", { first, second: plugin, what });
  };
}

function own(
  { plugin, ledger }: ContributionSource,
  mounts: readonly ConnectMount[] | undefined,
): readonly OwnedMount[] {
  return (mounts ?? []).map((mount) => ({
    ...mount,
    plugin,
    // Told with the request that fails for it.
    failed: (error) => ledger.count(`route ${mount.path ?? "/"}`, error),
  }));
}

function handlersOf(
  { plugin, contributes, ledger }: ContributionSource,
  claim: (plugin: string, what: string) => void,
): readonly (HandlerRoute & Owned)[] {
  return (contributes?.handlers ?? []).map((route) => {
    const methods = route.methods?.map((method) => method.toUpperCase()) ?? ["GET"];
    claim(plugin, `the handler name ${plugin}.${route.name}`);
    const path = normalisePath(route.path);
    for (const method of methods) claim(plugin, `the route ${method} ${pathShape(path)}`);
    return { ...route, path, methods, plugin, handler: attributed(route, plugin, ledger) };
  });
}

/** By the ledger of an instance: one that is kept has the same handlers in each generation. */
const known = new WeakMap<Ledger, WeakMap<HandlerRoute, Handler>>();

function attributed(route: HandlerRoute, plugin: string, ledger: Ledger): Handler {
  const own = known.get(ledger) ?? new WeakMap<HandlerRoute, Handler>();
  known.set(ledger, own);
  const handler = own.get(route) ?? attribute(route, plugin, ledger);
  own.set(route, handler);
  return handler;
}

/** A handler that fails is answered as any other failure of the request, and counted for its plugin. */
function attribute(route: HandlerRoute, plugin: string, ledger: Ledger): Handler {
  const failed = (cause: unknown): never => {
    if (isAnswer(cause)) throw cause;
    ledger.record(`handler ${route.name}`, cause);
    const details = { plugin, step: `handler ${route.name}`, problem: problemOf(cause) };
    throw new BackworksError("BW_PLUGIN_FAILED", details, { cause });
  };
  return (exchange): MaybePromise<ResponseInit> => {
    try {
      const answer = route.handler(viewOf(plugin, exchange));
      return isThenable(answer) ? Promise.resolve(answer).catch(failed) : answer;
    } catch (error) {
      return failed(error);
    }
  };
}
