import { describeThrown, stackOf } from "../../../thrown.ts";
import type { Failure, HandlerCode } from "../wire.ts";

/** What is said of an answer that is none. */
export class AnswerProblem extends Error {}

/** Turns what was thrown into plain data; reading it runs no code of whoever threw it. */
export type ToFailure = (thrown: unknown) => Failure;

const longestStack = 8000;

export function createFailures(code: HandlerCode): ToFailure {
  const rename = code.kind === "source" ? (stack: string): string => renameFrames(stack, code) : undefined;
  return (thrown) => {
    if (thrown instanceof AnswerProblem) return { message: thrown.message, kind: "answer" };
    const { name, message } = describeThrown(thrown);
    const stack = stackOf(thrown);
    return { name, message, stack: (stack === undefined ? stack : (rename?.(stack) ?? stack))?.slice(0, longestStack) };
  };
}

/** Frames of a module without a file name its whole text; people know it by where it stands. */
function renameFrames(
  stack: string,
  { name, lineOffset }: { readonly name: string; readonly lineOffset: number },
): string {
  return stack.replace(/data:text\/javascript;charset=utf-8,[^\s:)]*(?::(\d+))?/g, (_, line: string | undefined) =>
    line === undefined ? name : `${name}:${Number(line) + lineOffset}`,
  );
}
