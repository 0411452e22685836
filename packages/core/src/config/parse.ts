import { parseEvents, YAMLException } from "js-yaml";
import { BackworksError } from "../errors.ts";
import type { Source } from "../errors.ts";
import { noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { compose } from "./compose.ts";
import { composeParts } from "./compose-parts.ts";
import type { Parsed } from "./node.ts";
import { placeAt } from "./place.ts";
import type { ReadParts } from "./read-parts.ts";
import { explainSyntax } from "./syntax.ts";
import { cutText } from "./text-parts.ts";

export interface ParseLimits {
  /** UTF-8 bytes of one file, and characters that aliases may add to it. */
  readonly maxBytes: number;
  /** Nesting, aliases followed. */
  readonly maxDepth: number;
  /** Values and keys that aliases and merge keys add to those written; those written are bounded by `maxBytes`. */
  readonly maxExpanded: number;
}

export const configurationLimits: ParseLimits = { maxBytes: 5 * 1024 * 1024, maxDepth: 100, maxExpanded: 100_000 };

/** Reads one YAML document. Never throws: what is wrong is in `errors`, and `root` is what could be read. */
export function parseYaml(source: Source, limits: ParseLimits = configurationLimits): Parsed {
  const refused = refuseText(source, limits);
  if (refused !== undefined) return refused;
  try {
    return compose(parseEvents(source.text, { maxDepth: limits.maxDepth }), source, limits);
  } catch (thrown) {
    return failedWith(thrown, source, limits);
  }
}

/** Characters that are parsed and composed in about half a millisecond. */
const partSize = 4 * 1024;

/** How a text is read in parts. */
export interface PartOptions {
  readonly pace: Pace;
  /** Of the text that was read before: what is the same is taken from there. */
  readonly known?: ReadParts | undefined;
  readonly limits?: ParseLimits;
}

/** The same, in parts between which others get their turn. */
export async function parseYamlInParts(
  source: Source,
  { pace, known, limits = configurationLimits }: PartOptions,
): Promise<Parsed> {
  const pieces = pace === noPace ? undefined : await cutText(source.text, partSize, pace);
  if (pieces === undefined) return parseYaml(source, limits);
  const refused = refuseText(source, limits);
  if (refused !== undefined) return refused;
  try {
    return (await composeParts({ source, pieces, partSize, limits, pace, known })) ?? parseYaml(source, limits);
  } catch (thrown) {
    return failedWith(thrown, source, limits);
  }
}

function refuseText(source: Source, limits: ParseLimits): Parsed | undefined {
  const bytes = Buffer.byteLength(source.text);
  if (bytes > limits.maxBytes) {
    return failed("BW_CONFIG_TOO_LARGE", source, {
      what: `${source.file} (${bytes} bytes)`,
      limit: `${limits.maxBytes} bytes`,
    });
  }
  const foreign = source.text.indexOf(replacement);
  return foreign < 0 ? undefined : notUtf8(source, foreign);
}

function failedWith(thrown: unknown, source: Source, limits: ParseLimits): Parsed {
  if (!(thrown instanceof YAMLException)) throw thrown;
  return { root: undefined, errors: [toError(thrown, source, limits)] };
}

function toError(thrown: YAMLException, source: Source, limits: ParseLimits): BackworksError {
  const position = thrown.mark?.position ?? 0;
  if (thrown.reason.startsWith("nesting exceeded")) {
    const details = { what: "the nesting of values", limit: `${limits.maxDepth} deep` };
    return new BackworksError("BW_CONFIG_TOO_LARGE", details, { where: placeAt(source, position) });
  }
  const { problem, hint, start, end } = explainSyntax(source.text, thrown.reason, position);
  const options = { where: placeAt(source, start, end), hint, cause: thrown };
  return new BackworksError("BW_CONFIG_SYNTAX", { problem }, options);
}

/** A source as the parser wants it: without byte order mark. */
export function createSource(file: string, text: string): Source {
  return { file, text: text.startsWith("\uFEFF") ? text.slice(1) : text };
}

/** What stands for bytes that are no UTF-8, once they are text. */
const replacement = "\uFFFD";

function notUtf8(source: Source, at: number): Parsed {
  const options = {
    where: placeAt(source, at),
    hint: String.raw`save the file as UTF-8; for U+FFFD itself write "\uFFFD"`,
  };
  return {
    root: undefined,
    errors: [new BackworksError("BW_CONFIG_SYNTAX", { problem: "this byte is not UTF-8" }, options)],
  };
}

function failed(code: "BW_CONFIG_TOO_LARGE", source: Source, details: Record<string, string>): Parsed {
  return { root: undefined, errors: [new BackworksError(code, details, { where: placeAt(source, 0) })] };
}
