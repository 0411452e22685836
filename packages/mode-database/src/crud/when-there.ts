import type { MaybePromise } from "@backworks/core";

/** Goes on with a value as soon as it is there: at once when it is, so that nothing waits for nothing. */
export function whenThere<T, U>(value: MaybePromise<T>, use: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
