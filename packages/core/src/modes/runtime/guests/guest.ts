import type { FromGuest, ToGuest } from "../wire.ts";

/** What runs a handler: a thread, a process, this thread. */
export interface Guest {
  post(message: ToGuest): void;
  /** Ends it, whatever it does; `ended` tells when it has. */
  kill(reason: string): void;
  /** Ends what of it has more memory than that, as far as it can be told. */
  enforceMemory(limitBytes: number): void;
  /** Whether it answers pings: then one that does not is stuck. */
  readonly answersPings: boolean;
}

/** What is told of a guest. */
export interface GuestEvents {
  message(message: FromGuest): void;
  /** Once: nothing comes from it any more, and nothing of it is left. */
  ended(reason: string): void;
}

/** Starts a guest. It says `ready` or `failed`. */
export type StartGuest = (events: GuestEvents) => Guest;

/** Why a guest is ended that takes too much. */
export function tooMuchMemory(limitBytes: number): string {
  return `it took more than ${Math.round(limitBytes / 1024 ** 2)} MB of memory`;
}

/** In place of a reply that is not made of data. */
export function unfit({ reply }: Extract<ToGuest, { reply: unknown }>): ToGuest {
  return { reply, error: { message: "the service gave what cannot be passed on" } };
}
