import { BackworksError } from "./errors.ts";

/** Types a path parameter may have. */
export const parameterTypes = ["string", "int", "uuid"] as const;

export type ParameterType = (typeof parameterTypes)[number];

/** A stretch of one path segment. */
export type SegmentPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string; readonly type: ParameterType };

/** A path of the configuration, taken apart. */
export interface PathPattern {
  /** Segments between slashes, percent-decoded; a trailing slash leaves an empty last one. */
  readonly segments: readonly (readonly SegmentPart[])[];
  /** Whether the path ends in `*`, which is not among the segments. */
  readonly wildcard: boolean;
  /** Names of the parameters in their order, `*` among them. */
  readonly parameters: readonly string[];
}

/** The path with `:name` written as `{name}`, in segments that begin with a colon. */
export function normalisePath(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment.startsWith(":") ? segment.replace(/:([A-Za-z_]\w*)/g, "{$1}") : segment))
    .join("/");
}

/** Patterns that were taken apart: the next load of the configuration has nearly all of them again. */
const known = new Map<string, PathPattern>();

const mostKnown = 20_000;

/**
 * Takes a path such as `/users/{id:int}`, `/files/{name}.json` or `/assets/*` apart.
 *
 * @throws BW_PATH_PATTERN
 */
export function parsePathPattern(path: string): PathPattern {
  let pattern = known.get(path);
  if (pattern === undefined) {
    pattern = parsePath(path);
    if (known.size >= mostKnown) known.clear();
    known.set(path, pattern);
  }
  return pattern;
}

function parsePath(path: string): PathPattern {
  if (!path.startsWith("/")) throw problem(path, "does not begin with a slash", `write /${path}`);
  const texts = path.slice(1).split("/");
  const wildcard = texts.at(-1) === "*";
  if (wildcard) texts.pop();
  const segments = texts.map((text) => parseSegment(path, text));
  const parameters = segments.flat().flatMap((part) => (part.kind === "parameter" ? [part.name] : []));
  refuseTwins(path, parameters);
  return { segments, wildcard, parameters: wildcard ? [...parameters, "*"] : parameters };
}

/** What two patterns have in common when they match exactly the same paths: names of parameters do not count. */
export function pathShape(path: string): string {
  const { segments, wildcard } = parsePathPattern(path);
  const shapes = segments.map((parts) =>
    parts.map((part) => (part.kind === "text" ? encodeURIComponent(part.text) : `{:${part.type}}`)).join(""),
  );
  return `/${[...shapes, ...(wildcard ? ["*"] : [])].join("/")}`;
}

function parseSegment(path: string, text: string): SegmentPart[] {
  const parts: SegmentPart[] = [];
  for (let at = 0; at < text.length;) {
    const open = text.indexOf("{", at);
    const end = open === -1 ? text.length : open;
    if (end > at) parts.push(textPart(path, text.slice(at, end)));
    if (open === -1) break;
    const close = text.indexOf("}", open);
    if (close === -1) throw problem(path, "has a { without a }", `write ${text.slice(0, open + 1)}name}`);
    if (parts.at(-1)?.kind === "parameter") {
      throw problem(
        path,
        "has two parameters without a text between them",
        "write one parameter, or a text that tells them apart",
      );
    }
    parts.push(parameterPart(path, text.slice(open + 1, close)));
    at = close + 1;
  }
  return parts;
}

function textPart(path: string, text: string): SegmentPart {
  if (text.includes("}")) throw problem(path, "has a } without a {", "write {name} for a parameter");
  if (text.includes("*")) throw problem(path, "has a * that is not a whole last segment", "end the path in /*");
  if (text.includes("("))
    throw problem(path, "has a regular expression", "write {name:int} or {name:uuid}, or no type");
  if (/[?#]/.test(text)) throw problem(path, "has a query", "write the path alone; rules match the query");
  return { kind: "text", text: decode(text) };
}

function parameterPart(path: string, text: string): SegmentPart {
  const [name = "", type = "string", ...more] = text.split(":").map((word) => word.trim());
  if (!/^[A-Za-z_][\w-]*$/.test(name) || more.length > 0) {
    throw problem(
      path,
      `has a parameter named {${text}}`,
      "write {name}, {name:int} or {name:uuid}, letters and digits",
    );
  }
  if (name === "__proto__" || name === "constructor" || name === "prototype") {
    throw problem(path, `has a parameter named {${name}}`, "give it another name");
  }
  const known = parameterTypes.find((candidate) => candidate === type);
  if (known === undefined) {
    throw problem(path, `has a parameter of type ${type}`, `types are ${parameterTypes.join(", ")}`);
  }
  return { kind: "parameter", name, type: known };
}

function refuseTwins(path: string, names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw problem(path, `has the parameter {${twin}} twice`, "give each its own name");
}

/** A pattern may be written with or without percent-encoding; a percent sign that encodes nothing stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoding: the text is meant as it stands.
    return text;
  }
}

function problem(path: string, what: string, hint: string): BackworksError {
  return new BackworksError("BW_PATH_PATTERN", { path, problem: what }, { hint });
}
