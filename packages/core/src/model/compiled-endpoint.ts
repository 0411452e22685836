import type { RawConfig, ValuePath } from "../config/config.ts";
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
  /** Modes that answer for it, and what they have of it. */
  readonly branches: readonly CompiledBranch[];
  readonly drafts: readonly RouteDraft[];
  /** `undefined` when nothing is said of its requests. */
  readonly validation: EndpointValidation | undefined;
}

/** What another mode made of an endpoint, for the mode it has. */
export interface CompiledBranch {
  readonly opened: OpenMode;
  readonly source: MovableSource;
}

/** A compiled endpoint, shared by Apps that follow each other and let go of by the last of them. */
export class CompiledEndpoint {
  readonly endpoint: Endpoint;
  readonly source: MovableSource;
  readonly said: string;
  readonly reads: FileReads;
  readonly opened: OpenMode;
  readonly branches: readonly CompiledBranch[];
  readonly drafts: readonly RouteDraft[];
  readonly validation: EndpointValidation | undefined;
  #users = 1;

  constructor(parts: EndpointParts) {
    this.endpoint = parts.endpoint;
    this.source = parts.source;
    this.said = parts.said;
    this.reads = parts.reads;
    this.opened = parts.opened;
    this.branches = parts.branches;
    this.drafts = parts.drafts;
    this.validation = parts.validation;
  }

  /** As modes got it, its own first. */
  get sources(): readonly { readonly mode: string; readonly source: MovableSource }[] {
    return [this, ...this.branches].map(({ opened, source }) => ({ mode: opened.mode.name, source }));
  }

  /** Whether these modes made it; or modes that would make the same of it. */
  isOf(modes: ReadonlyMap<string, OpenMode>, { orLike = false }: { readonly orLike?: boolean } = {}): boolean {
    return [this, ...this.branches].every(({ opened }) => {
      const mode = modes.get(opened.mode.name);
      return mode === opened || (orLike && mode?.isLike(opened) === true);
    });
  }

  /** The App that was built with this serves from now on. */
  adopt(raw: RawConfig, configPath: ValuePath): void {
    for (const { source } of [this, ...this.branches]) source.moveTo(raw, configPath);
  }

  /** One more App has it. */
  carryOn(): this {
    this.#users += 1;
    return this;
  }

  /** One App has it no longer. */
  release(): MaybePromise<void> {
    this.#users -= 1;
    return this.#users === 0 ? releaseAll([this, ...this.branches]) : undefined;
  }
}

/** Has each mode let go of what it made; the first failure is thrown when all had their turn. */
export async function releaseAll(made: readonly CompiledBranch[]): Promise<void> {
  const failures: { readonly error: unknown }[] = [];
  for (const { opened, source } of made) {
    try {
      await opened.mode.release?.(source, opened.resources);
    } catch (error) {
      failures.push({ error });
    }
  }
  if (failures[0] !== undefined) throw failures[0].error;
}
