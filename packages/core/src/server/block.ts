/** Whose code lies where. */
export interface CodeOwner {
  readonly kind: "plugin" | "middleware" | "project";
  readonly name: string;
  /** Addresses and paths of its folders and files. */
  readonly at: readonly string[];
}

/** What the thread works by. Data only: it is copied over. */
export interface WatchdogOrders {
  /** One number that the watched thread counts up with every tick. */
  readonly beats: SharedArrayBuffer;
  readonly tickMs: number;
  readonly blockedMs: number;
  /** `Infinity` for never. */
  readonly terminateMs: number;
  /** The nearest owner comes first where one lies within another. */
  readonly owners: readonly CodeOwner[];
  /** How lines are written; `undefined` writes none. */
  readonly format: "json" | "pretty" | undefined;
}

/** Code that was seen to block the event loop. */
export interface Culprit {
  /** `undefined` when it is nobody's that we know. */
  readonly owner: Pick<CodeOwner, "kind" | "name"> | undefined;
  /** Name of the innermost function of the owner. */
  readonly function: string;
  /** `/shop/plugins/visits.js:3:7` */
  readonly place: string;
  /** The request that it was for, when that is known. */
  readonly request: BlockedRequest | undefined;
}

export interface BlockedRequest {
  readonly id: string;
  /** Reading of the monotonic clock when it arrived; tells requests of one id apart. */
  readonly started: number;
  readonly method: string;
  readonly path: string;
  readonly endpoint: string | undefined;
}

/** One time that the event loop stood still, told when it goes on. */
export interface Block {
  readonly durationMs: number;
  /** What was seen last; `undefined` when nothing could be seen. */
  readonly culprit: Culprit | undefined;
  /** Whether it was seen twice, far enough apart: not a pause of the machine, nor of the garbage collector. */
  readonly certain: boolean;
  /** Whether it was stopped. */
  readonly stopped: boolean;
}
