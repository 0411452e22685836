import type { BranchRequest } from "../../mode.ts";
import { parseDurationMs } from "../../units.ts";
import type { BranchOptions, FallbackOptions, HybridOptions } from "./options.ts";
import type { OutcomeWord } from "./outcome.ts";

/** Path of a value below the endpoint. */
export type Path = readonly (string | number)[];

/** One way to answer. */
export interface Branch {
  /** As it stands in the file: `handle.GET`, `branches[1]`, `primary`. */
  readonly label: string;
  /** Name of the mode. */
  readonly use: string;
  /** Of the name of the mode. */
  readonly path: Path;
  /** Upper case; `undefined` for all. */
  readonly methods: readonly string[] | undefined;
  readonly when: { readonly text: string; readonly path: Path } | undefined;
  readonly timeoutMs: number | undefined;
}

/** What answers in place of a branch. */
export interface Fallback extends Omit<Branch, "when"> {
  readonly on: readonly (OutcomeWord | number)[];
  readonly status: number | undefined;
}

/** Every form of the block, lowered to one. */
export interface Plan {
  /** In the order in which they are asked. */
  readonly branches: readonly Branch[];
  /** In the order in which they are tried. */
  readonly fallbacks: readonly Fallback[];
}

/** The block of `hybrid:` as a plan. */
export function toPlan(options: HybridOptions): Plan {
  if (options.preset !== undefined) return autoEvolve(options, ["hybrid"]);
  const timeoutMs = toMs(options.timeout);
  const branches =
    options.handle === undefined
      ? (options.branches ?? []).map((one, index) => toBranch(one, index, timeoutMs))
      : Object.entries(options.handle).map(([method, given]) => toHandled(method, given, timeoutMs));
  return { branches, fallbacks: fallbacksOf(options, ["hybrid"], handledBy(options)) };
}

type PresetOptions = Pick<HybridOptions, "primary" | "secondary" | "fallback" | "timeout">;

/** The database when it has data, else mock; what writes goes to the database alone. */
export function autoEvolve(options: PresetOptions, block: Path): Plan {
  const { primary = "database", secondary = "mock" } = options;
  const wordAt = (key: keyof PresetOptions): Path => {
    if (options[key] !== undefined) return [...block, key];
    // What names it otherwise: the preset, or the word of the mode.
    return block[0] === "hybrid" ? ["hybrid", "preset"] : ["mode"];
  };
  const every = { methods: undefined, timeoutMs: toMs(options.timeout) };
  return {
    branches: [{ ...every, label: "primary", use: primary, path: wordAt("primary"), when: undefined }],
    fallbacks: [
      ...fallbacksOf(options, block, undefined),
      {
        ...every,
        label: "secondary",
        use: secondary,
        path: wordAt("secondary"),
        methods: ["GET"],
        on: [404, "empty"],
        status: undefined,
      },
    ],
  };
}

/** What a plan wants of other modes. */
export function requestsOf({ branches, fallbacks }: Plan): readonly BranchRequest[] {
  return [...branches, ...fallbacks].map(({ use, path, methods }) => ({ mode: use, path, methods }));
}

function toBranch(
  { when, methods, use, timeout }: BranchOptions,
  index: number,
  otherwise: number | undefined,
): Branch {
  const path = ["hybrid", "branches", index];
  return {
    label: `branches[${index}]`,
    use,
    path: [...path, "use"],
    methods: methods === undefined ? undefined : [methods].flat(),
    when: when === undefined ? undefined : { text: when, path: [...path, "when"] },
    timeoutMs: toMs(timeout) ?? otherwise,
  };
}

type Handled = NonNullable<NonNullable<HybridOptions["handle"]>["GET"]>;

function toHandled(method: string, given: Handled, otherwise: number | undefined): Branch {
  const { use, timeout } = typeof given === "string" ? { use: given } : { timeout: undefined, ...given };
  const path = ["hybrid", "handle", method];
  return {
    label: `handle.${method}`,
    use,
    path: typeof given === "string" ? path : [...path, "use"],
    methods: [method],
    when: undefined,
    timeoutMs: toMs(timeout) ?? otherwise,
  };
}

function handledBy({ handle }: HybridOptions): readonly string[] | undefined {
  return handle === undefined ? undefined : Object.keys(handle);
}

function fallbacksOf(
  { fallback = [], timeout }: PresetOptions,
  block: Path,
  otherwise: readonly string[] | undefined,
): readonly Fallback[] {
  return fallback.map((one: FallbackOptions, index) => ({
    label: `fallback[${index}]`,
    use: one.use,
    path: [...block, "fallback", index, "use"],
    methods: one.methods === undefined ? otherwise : [one.methods].flat(),
    timeoutMs: toMs(one.timeout) ?? toMs(timeout),
    on: [one.on].flat(),
    status: one.status,
  }));
}

function toMs(duration: number | string | undefined): number | undefined {
  return duration === undefined ? undefined : parseDurationMs(duration);
}
