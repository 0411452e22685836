import * as node from "node:module";

/** What a hook of Node gives for a specifier. */
interface Found {
  readonly url: string;
}

/** Hooks in the same thread, which older Node does not have and its types do not know. */
interface SyncHooks {
  registerHooks?(hooks: {
    resolve(
      specifier: string,
      context: { readonly parentURL?: string },
      next: (specifier: string, context: unknown) => Found,
    ): Found;
  }): void;
}

let handsDown = false;

/**
 * From now on what a module of an address with a version imports relatively is imported with that version too. Otherwise a
 * plugin that was replaced would be made of its next entry and the files of the one before.
 *
 * The hooks of a process are for all of it, and cost every import a little: they are set when the first module is replaced.
 */
export function handVersionsDown(): void {
  if (handsDown) return;
  handsDown = true;
  try {
    setHooks();
  } catch {
    // A test runner with a loader of its own takes no hooks. There, what a module imports is loaded once.
  }
}

function setHooks(): void {
  // Its types are of the oldest Node that is supported, which has no such function.
  const { registerHooks } = node as unknown as SyncHooks;
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) => withVersion(specifier, context.parentURL, next(specifier, context)),
    });
    return;
  }
  const code = `const withVersion = ${withVersion.toString()};
export const resolve = async (specifier, context, next) =>
  withVersion(specifier, context.parentURL, await next(specifier, context));`;
  node.register(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Written to a text and run in another thread: it may use nothing from around it. */
function withVersion<Given extends Found>(specifier: string, parent: string | undefined, found: Given): Given {
  const [version] = /\?v=[0-9a-f]{12}$/.exec(parent ?? "") ?? [];
  if (version === undefined || !/^\.{1,2}\//.test(specifier)) return found;
  return found.url.startsWith("file:") && !found.url.includes("?") ? { ...found, url: found.url + version } : found;
}
