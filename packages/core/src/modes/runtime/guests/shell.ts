import { isUtf8 } from "node:buffer";
import type { Clock } from "../../../clock.ts";
import type { JsonValue } from "../../../exchange.ts";
import type { Logger } from "../../../logger.ts";
import { toAnswer } from "../guest/answer.ts";
import { toLine } from "../line-protocol.ts";
import type { FromGuest, WireRequest } from "../wire.ts";
import type { GroupOrders, ProcessGroup } from "./group.ts";
import { startGroup } from "./group.ts";
import type { Guardian } from "./guardian.ts";
import type { Guest, GuestEvents, StartGuest } from "./guest.ts";
import { tooMuchMemory } from "./guest.ts";
import { logOutput } from "./output.ts";
import { processMemoryBytes } from "./process-memory.ts";
import { requestVariables } from "./request-variables.ts";

/** What a script is run with. */
export interface ShellParts {
  readonly group: GroupOrders;
  readonly guardian: Guardian;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Bytes a script may answer with. */
const longestAnswer = 64 * 1024 * 1024;

/** Runs a script for each call: the request on its standard input and in its environment, the answer from its output. */
export function startShell(parts: ShellParts): StartGuest {
  return (events) => {
    const calls = new Map<number, ScriptCall>();
    let open = true;
    queueMicrotask(() => events.message({ ready: true }));
    return {
      answersPings: false,
      post(message) {
        if ("request" in message) calls.set(message.id, runScript(message, { parts, events, calls }));
        else if ("cancel" in message) calls.get(message.cancel)?.end("it was cancelled");
      },
      kill(reason) {
        if (!open) return;
        open = false;
        const all = [...calls.values()];
        for (const call of all) call.end(reason);
        void Promise.all(all.map(({ gone }) => gone)).then(() => events.ended(reason));
      },
      enforceMemory(limitBytes) {
        for (const { pid, end } of calls.values()) {
          if ((processMemoryBytes(pid) ?? 0) > limitBytes) end(tooMuchMemory(limitBytes));
        }
      },
    } satisfies Guest;
  };
}

interface ScriptCall {
  readonly pid: number | undefined;
  readonly gone: Promise<void>;
  end(reason: string): void;
}

interface Running {
  readonly parts: ShellParts;
  readonly events: GuestEvents;
  readonly calls: Map<number, ScriptCall>;
}

function runScript(
  { id, request }: { readonly id: number; readonly request: WireRequest },
  { parts, events, calls }: Running,
): ScriptCall {
  const { group, guardian, logger, clock } = parts;
  const environment = { ...group.environment, ...requestVariables(request) };
  const running = startGroup({ ...group, environment }, guardian);
  let reason: string | undefined;
  const end = (why: string): void => {
    reason ??= why;
    running.kill();
  };
  const errors = lastLine(running);
  logOutput(running.child.stderr, { logger, level: "info", now: () => clock.monotonic() });
  const output = collect(running, end);
  running.child.stdin.end(toLine(request));
  const gone = running.ended.then(async (how) => {
    const bytes = await output;
    calls.delete(id);
    const failed = reason ?? (how === cleanExit ? undefined : how);
    events.message(
      failed === undefined
        ? answerOf(id, bytes)
        : { id, error: { message: withDetail(failed, errors()), kind: "exit" } },
    );
  });
  return { pid: running.child.pid, gone, end };
}

const cleanExit = "it ended with exit code 0";

function withDetail(how: string, line: string): string {
  return line === "" ? how : `${how}: ${line}`;
}

/** What a script wrote: JSON as any handler returns it, else text, else bytes. */
function answerOf(id: number, bytes: Buffer): FromGuest {
  if (bytes.length === 0) return { id, status: 204, headers: {}, body: null };
  if (!isUtf8(bytes)) return { id, status: 200, headers: {}, body: bytes };
  const text = bytes.toString("utf8");
  const value = /^\s*[[{]/.test(text) ? parse(text) : undefined;
  if (value === undefined) return { id, status: 200, headers: {}, body: text };
  try {
    const { status, headers, body } = toAnswer(value);
    // Parsed from JSON: nothing in it is a stream.
    return { id, status, headers, body: body as string | Uint8Array | null };
  } catch (error) {
    return { id, error: { message: (error as Error).message, kind: "answer" } };
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // A text that only begins like JSON.
    return undefined;
  }
}

/** All of its output, also what comes a moment after its end. */
function collect({ child, ended }: ProcessGroup, end: (why: string) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > longestAnswer) return end(`it wrote more than ${longestAnswer / 1024 ** 2} MB`);
    chunks.push(chunk);
  });
  return ended.then(() => Buffer.concat(chunks));
}

function lastLine({ child }: ProcessGroup): () => string {
  let tail = "";
  child.stderr.on("data", (chunk: Buffer | string) => (tail = (tail + String(chunk)).slice(-400)));
  return () => tail.trim().split("\n").at(-1) ?? "";
}
