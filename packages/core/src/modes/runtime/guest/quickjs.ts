import { pathToFileURL } from "node:url";

/** The part of `quickjs-emscripten` that is used here; the package is the project's own. */
export interface QuickJs {
  newRuntime(): QuickJsRuntime;
}

export interface QuickJsRuntime {
  setMemoryLimit(bytes: number): void;
  setMaxStackSize(bytes: number): void;
  /** Called now and then while code runs; stops it by returning true. */
  setInterruptHandler(shouldStop: () => boolean): void;
  setModuleLoader(load: (name: string) => string, normalize: (base: string, name: string) => string): void;
  newContext(): QuickJsContext;
  executePendingJobs(): { readonly error?: QuickJsHandle };
}

/** A value inside of the sandbox. */
export interface QuickJsHandle {
  dispose(): void;
}

type Result = { readonly value: QuickJsHandle; readonly error?: undefined } | { readonly error: QuickJsHandle };

export interface QuickJsContext {
  readonly runtime: QuickJsRuntime;
  readonly undefined: QuickJsHandle;
  readonly true: QuickJsHandle;
  readonly false: QuickJsHandle;
  evalCode(code: string, file?: string, options?: { readonly type: "module" }): Result;
  callFunction(callee: QuickJsHandle, self: QuickJsHandle, ...args: QuickJsHandle[]): Result;
  newNumber(value: number): QuickJsHandle;
  newString(value: string): QuickJsHandle;
  newError(message: string): QuickJsHandle;
  newObject(): QuickJsHandle;
  newArrayBuffer(bytes: ArrayBuffer): QuickJsHandle;
  newFunction(name: string, run: (...args: QuickJsHandle[]) => QuickJsHandle): QuickJsHandle;
  newPromise(): {
    readonly handle: QuickJsHandle;
    resolve(value: QuickJsHandle): void;
    reject(value: QuickJsHandle): void;
  };
  resolvePromise(promise: QuickJsHandle): Promise<Result>;
  getProp(of: QuickJsHandle, name: string): QuickJsHandle;
  setProp(of: QuickJsHandle, name: string, value: QuickJsHandle): void;
  getString(value: QuickJsHandle): string;
  getNumber(value: QuickJsHandle): number;
  getArrayBuffer(value: QuickJsHandle): { readonly value: Uint8Array; dispose(): void };
  typeof(value: QuickJsHandle): string;
  dump(value: QuickJsHandle): unknown;
}

/** Loads the package from its file. */
export async function loadQuickJs(file: string): Promise<QuickJs> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: QuickJsModule } & QuickJsModule;
  return (module.getQuickJS ?? module.default?.getQuickJS ?? missing)();
}

interface QuickJsModule {
  getQuickJS?(): Promise<QuickJs>;
}

function missing(): never {
  throw new Error("quickjs-emscripten has no getQuickJS");
}
