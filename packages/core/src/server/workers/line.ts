import type { MaybePromise } from "../../exchange.ts";
import { fromPlainError, toPlainError } from "./plain-error.ts";
import type { PlainError } from "./plain-error.ts";

/** What one side can be asked for, by name; one argument, which must be data. */
// The arguments differ: each name has its own.
export type Calls = Readonly<Record<string, (argument: never) => MaybePromise<unknown>>>;

/** The way between two processes. */
export interface Port {
  /** Returns `false` when nobody is there. */
  send(message: unknown): boolean;
  onMessage(listener: (message: unknown) => void): void;
}

/** One side of a line between two processes: it asks, and it answers. */
export interface Line<Theirs extends Calls> {
  /** Asks the other side. @throws what the other side throws, and what `end` was given */
  call<Name extends keyof Theirs & string>(
    name: Name,
    argument: Parameters<Theirs[Name]>[0],
  ): Promise<Awaited<ReturnType<Theirs[Name]>>>;
  /** Tells the other side without waiting for an answer. */
  tell<Name extends keyof Theirs & string>(name: Name, argument: Parameters<Theirs[Name]>[0]): void;
  /** Nobody is there any more: whoever waits for an answer gets this error. */
  end(reason: Error): void;
}

type Message =
  | { readonly kind: "ask"; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: "tell"; readonly name: string; readonly argument: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly error: PlainError };

interface Waiting {
  // What comes back is what the other side's function returned.
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Opens this side; `ours` is what the other one may ask for. */
export function createLine<Theirs extends Calls>(port: Port, ours: Calls): Line<Theirs> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let ended: Error | undefined;

  const run = async (name: string, argument: unknown): Promise<unknown> => {
    // Both sides are of one version: names and arguments fit.
    const called = ours[name] as ((argument: unknown) => unknown) | undefined;
    if (called === undefined) throw new TypeError(`nobody answers ${name}`);
    return called(argument);
  };
  const settle = (id: number, how: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one !== undefined) how(one);
  };
  const receive = (message: Message): void => {
    if (message.kind === "answer") return settle(message.id, (one) => one.resolve(message.value as never));
    if (message.kind === "failure") return settle(message.id, (one) => one.reject(fromPlainError(message.error)));
    const result = run(message.name, message.argument);
    if (message.kind === "tell") return void result.catch(() => {});
    const { id } = message;
    result.then(
      (value) => port.send({ kind: "answer", id, value } satisfies Message),
      (error: unknown) => port.send({ kind: "failure", id, error: toPlainError(error) } satisfies Message),
    );
  };

  // Nothing else of ours travels on this way.
  port.onMessage((message) => receive(message as Message));
  return {
    call(name, argument) {
      return new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        last += 1;
        waiting.set(last, { resolve, reject });
        if (!port.send({ kind: "ask", id: last, name, argument } satisfies Message)) {
          settle(last, (one) => one.reject(new Error("the other process is gone")));
        }
      });
    },
    tell(name, argument) {
      port.send({ kind: "tell", name, argument } satisfies Message);
    },
    end(reason) {
      ended = reason;
      for (const id of waiting.keys()) settle(id, (one) => one.reject(reason));
    },
  };
}
