import type { MaybePromise } from "../exchange.ts";
import type { RouteDraft } from "../mode.ts";
import type { Endpoint } from "./app.ts";
import type { MovableSource } from "./endpoint-source.ts";
import type { FileReads } from "./file-reads.ts";
import type { OpenMode } from "./open-modes.ts";
import type { EndpointValidation } from "./validation.ts";

/** What an endpoint was compiled to, and from what. */
export interface EndpointParts {
  readonly endpoint: Endpoint;
  readonly source: MovableSource;
  /** Hash of what the configuration said. */
  readonly said: string;
  /** Files that compiling it read. */
  readonly reads: FileReads;
  readonly opened: OpenMode;
  readonly drafts: readonly RouteDraft[];
  /** `undefined` when nothing is said of its requests. */
  readonly validation: EndpointValidation | undefined;
}

/** A compiled endpoint, shared by Apps that follow each other and let go of by the last of them. */
export class CompiledEndpoint {
  readonly endpoint: Endpoint;
  readonly source: MovableSource;
  readonly said: string;
  readonly reads: FileReads;
  readonly opened: OpenMode;
  readonly drafts: readonly RouteDraft[];
  readonly validation: EndpointValidation | undefined;
  #users = 1;

  constructor(parts: EndpointParts) {
    this.endpoint = parts.endpoint;
    this.source = parts.source;
    this.said = parts.said;
    this.reads = parts.reads;
    this.opened = parts.opened;
    this.drafts = parts.drafts;
    this.validation = parts.validation;
  }

  /** One more App has it. */
  carryOn(): this {
    this.#users += 1;
    return this;
  }

  /** One App has it no longer. */
  release(): MaybePromise<void> {
    this.#users -= 1;
    return this.#users === 0 ? this.opened.mode.release?.(this.source, this.opened.resources) : undefined;
  }
}
