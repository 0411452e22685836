import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { typeOfEnding } from "../../../file-type.ts";
import type { GuestOrders, ServiceName, WireRequest } from "../wire.ts";
import type { PlainAnswer } from "./answer.ts";
import { toAnswer } from "./answer.ts";
import type { ContextParts } from "./context.ts";
import { AnswerProblem } from "./failure.ts";
import type { RunCall } from "./guest.ts";
import { isModule } from "./load.ts";
import type { QuickJs, QuickJsContext, QuickJsHandle } from "./quickjs.ts";
import { loadQuickJs } from "./quickjs.ts";
import { sandboxProgram } from "./sandbox-program.ts";

/** Loads a handler into QuickJS: JavaScript without Node, a network, files or the rest of this thread's memory. */
export async function openSandbox(orders: GuestOrders, parts: ContextParts): Promise<RunCall> {
  const { module = "", memoryBytes = 0, timeoutMs = 0, root = "" } = orders.sandbox ?? {};
  const sandbox = new Sandbox(await loadQuickJs(module), { memoryBytes, timeoutMs, root });
  const run = await sandbox.prepare(orders, parts);
  return async (id, request) => toPlain(await sandbox.call(run, { id, request }));
}

interface SandboxLimits {
  readonly memoryBytes: number;
  readonly timeoutMs: number;
  /** Modules are found below it. */
  readonly root: string;
}

/** What a handler's answer is made of when it leaves the sandbox. */
interface Packed {
  readonly head: string;
  readonly bytes: Uint8Array | undefined;
}

const stackBytes = 512 * 1024;
/** Time after a call's own in which it is told to be late, before what it runs is stopped. */
const interruptMs = 50;

class Sandbox {
  readonly #vm: QuickJsContext;
  readonly #timeoutMs: number;
  #until = Infinity;

  constructor(quickJs: QuickJs, { memoryBytes, timeoutMs, root }: SandboxLimits) {
    this.#timeoutMs = timeoutMs + interruptMs;
    const runtime = quickJs.newRuntime();
    runtime.setMemoryLimit(memoryBytes);
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => performance.now() > this.#until);
    runtime.setModuleLoader(
      (name) => readModule(name, root),
      (base, name) => (name.startsWith(".") ? resolve(dirname(base), name) : name),
    );
    this.#vm = runtime.newContext();
  }

  /** The function that answers calls. @throws what the handler's module throws */
  async prepare({ handler, apis, databases, environment }: GuestOrders, parts: ContextParts): Promise<QuickJsHandle> {
    const vm = this.#vm;
    const { name, text, lineOffset } = codeOf(handler);
    const host = this.#host(parts);
    const settings = this.#take(() => vm.evalCode(`(${JSON.stringify({ apis, databases, environment })})`));
    const program = this.#take(() => vm.evalCode(sandboxProgram, "sandbox"));
    const wrap = this.#take(() => vm.callFunction(program, vm.undefined, host, settings));
    const found = await this.#find({ name, text, lines: "\n".repeat(lineOffset) });
    if (vm.typeof(found) !== "function")
      throw new AnswerProblem(
        "exports no function: write export default, module.exports = or function handler(request, context)",
      );
    return this.#take(() => vm.callFunction(wrap, vm.undefined, found));
  }

  /** What a module exports, or a script, in each of the ways in which others may. */
  async #find({ name, text, lines }: Record<"name" | "text" | "lines", string>): Promise<QuickJsHandle> {
    const vm = this.#vm;
    if (!name.endsWith(".mjs") && !isModule(text)) {
      const own = `((module, exports) => {${text}\n;return typeof handler === "function" ? handler : undefined;})`;
      const found = `${lines}((m, f) => f(m, m.exports) ?? (typeof m.exports === "function" ? m.exports : m.exports?.handler))({ exports: {} }, ${own})`;
      return this.#take(() => vm.evalCode(found, name));
    }
    const module = await this.#settled(this.#take(() => vm.evalCode(lines + text, name, { type: "module" })));
    const found = vm.getProp(module, "default");
    return vm.typeof(found) === "function" ? found : vm.getProp(module, "handler");
  }

  async call(
    run: QuickJsHandle,
    { id, request }: { readonly id: number; readonly request: WireRequest },
  ): Promise<Packed> {
    const vm = this.#vm;
    const { body } = request;
    const isBytes = body instanceof Uint8Array;
    const text = JSON.stringify(isBytes ? { ...request, body: null } : request);
    const given = [
      vm.newNumber(id),
      vm.newString(text),
      ...(isBytes ? [vm.newArrayBuffer(new Uint8Array(body).buffer)] : []),
    ];
    const promise = this.#take(() => vm.callFunction(run, vm.undefined, ...given));
    for (const handle of given) handle.dispose();
    const value = await this.#settled(promise);
    const packed = {
      head: this.#read(value, "head", (head) => vm.getString(head)),
      bytes: this.#read(value, "bytes", (bytes) => this.#bytes(bytes)),
    };
    value.dispose();
    return packed;
  }

  /** What a promise of the sandbox comes to; anything else is that itself. @throws what it is rejected with */
  async #settled(promise: QuickJsHandle): Promise<QuickJsHandle> {
    const settled = this.#vm.resolvePromise(promise);
    promise.dispose();
    this.#pump();
    const result = await settled;
    if (result.error !== undefined) throw this.#toError(result.error);
    return result.value;
  }

  #read<T>(of: QuickJsHandle, name: string, use: (member: QuickJsHandle) => T): T {
    const member = this.#vm.getProp(of, name);
    try {
      return use(member);
    } finally {
      member.dispose();
    }
  }

  /** A copy: the memory of the sandbox moves. */
  #bytes(value: QuickJsHandle): Uint8Array | undefined {
    if (this.#vm.typeof(value) === "undefined") return undefined;
    const buffer = this.#vm.getArrayBuffer(value);
    const bytes = new Uint8Array(buffer.value);
    buffer.dispose();
    return bytes;
  }

  #host({ ask, post, signalOf }: ContextParts): QuickJsHandle {
    const vm = this.#vm;
    const host = vm.newObject();
    const define = (name: string, run: (...args: QuickJsHandle[]) => QuickJsHandle): void => {
      vm.setProp(host, name, vm.newFunction(name, run));
    };
    define("ask", (id, service, args) => {
      const deferred = vm.newPromise();
      // The bootstrap writes these.
      const asked = ask(
        vm.getNumber(id),
        vm.getString(service) as ServiceName,
        JSON.parse(vm.getString(args)) as unknown[],
      );
      asked
        .then(
          (value) => settle(deferred.resolve, vm.newString(JSON.stringify(withoutBytes(value) ?? null))),
          (error: unknown) => settle(deferred.reject, this.#failure(error)),
        )
        .finally(() => this.#pump());
      return deferred.handle;
    });
    define("log", (...given) => {
      const [level = vm.undefined, id = vm.undefined, message = vm.undefined, fields = vm.undefined] = given;
      const parsed = JSON.parse(vm.getString(fields)) as Record<string, unknown>;
      post({
        log: vm.getString(level) as "info",
        id: vm.getNumber(id),
        message: vm.getString(message),
        fields: parsed,
      });
      return vm.undefined;
    });
    define("typeOf", (value) => vm.newString(typeOfEnding(vm.getString(value)) ?? vm.getString(value)));
    define("aborted", (id) => (signalOf(vm.getNumber(id)).aborted ? vm.true : vm.false));
    return host;
  }

  /** What a service failed with, with its code. */
  #failure(error: unknown): QuickJsHandle {
    const vm = this.#vm;
    const failure = vm.newError(error instanceof Error ? error.message : "the service failed");
    if (error instanceof Error && "code" in error && typeof error.code === "string") {
      const code = vm.newString(error.code);
      vm.setProp(failure, "code", code);
      code.dispose();
    }
    return failure;
  }

  /** Runs code of the sandbox, for no longer than a call may take. @throws what it throws */
  #take(
    step: () => { readonly value: QuickJsHandle; readonly error?: undefined } | { readonly error: QuickJsHandle },
  ): QuickJsHandle {
    this.#until = performance.now() + this.#timeoutMs;
    const result = step();
    this.#until = Infinity;
    if (result.error !== undefined) throw this.#toError(result.error);
    return result.value;
  }

  /** Goes on with what waited. */
  #pump(): void {
    this.#until = performance.now() + this.#timeoutMs;
    const { error } = this.#vm.runtime.executePendingJobs();
    this.#until = Infinity;
    error?.dispose();
  }

  #toError(handle: QuickJsHandle): Error {
    const thrown = this.#vm.dump(handle) as
      | { readonly name?: unknown; readonly message?: unknown; readonly stack?: unknown }
      | undefined;
    handle.dispose();
    if (typeof thrown !== "object" || thrown === null) return new Error(String(thrown));
    if (thrown.name === "AnswerProblem") return new AnswerProblem(String(thrown.message));
    const error = new Error(textOf(thrown.message) ?? "it gave no reason");
    error.name = textOf(thrown.name) ?? "Error";
    error.stack = `${error.name}: ${error.message}\n${textOf(thrown.stack) ?? ""}`;
    return error;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function settle(how: (value: QuickJsHandle) => void, value: QuickJsHandle): void {
  how(value);
  value.dispose();
}

function codeOf(handler: GuestOrders["handler"]): {
  readonly name: string;
  readonly text: string;
  readonly lineOffset: number;
} {
  if (handler.kind === "source") return handler;
  return { name: handler.file, text: readFileSync(handler.file, "utf8"), lineOffset: 0 };
}

/** Modules of the project, and no others. */
function readModule(name: string, root: string): string {
  const way = relative(root, name);
  if (!name.startsWith("/") || way.startsWith("..") || way.split("/").includes("node_modules")) {
    throw new Error(`the sandbox has no module ${name}`);
  }
  return readFileSync(name, "utf8");
}

function withoutBytes(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("bytes" in value)) return value;
  const { bytes: _bytes, ...rest } = value;
  return rest;
}

function toPlain({ head, bytes }: Packed): PlainAnswer {
  const packed = JSON.parse(head) as { readonly value?: unknown; readonly bytes?: "whole" | "body" };
  const answer = toAnswer(packed.bytes === "whole" ? bytes : packed.value);
  return packed.bytes === "body" && bytes !== undefined ? { ...answer, body: bytes } : answer;
}
