import { load } from "js-yaml";
import type { Edit } from "./edit.ts";
import { verified } from "./edit.ts";
import type { EntryOutline, MappingOutline } from "./outline.ts";
import { outline } from "./outline.ts";
import { column, entryEnd, flowEnd, insertAt, lineEnd, lineStart, nextStart, replaceSpan } from "./spans.ts";

/** Mocks whose endpoints are to be answered by a database. */
export interface EvolveEdit {
  readonly endpoints: readonly EndpointEdit[];
  /** A database that the configuration does not have yet. */
  readonly newDatabase: NewDatabase | undefined;
}

/** What becomes of one endpoint. */
export interface EndpointEdit {
  /** Its key under `endpoints:`. */
  readonly name: string;
  /** What stands below `database:`. */
  readonly database: Readonly<Record<string, unknown>>;
  /** Written when it has none, so that it answers what it answered. */
  readonly methods: readonly string[] | undefined;
  /** Whether the root says `mode:`, so that the endpoint has to say its own. */
  readonly saysMode: boolean;
}

export interface NewDatabase {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Loaded {
  endpoints?: Record<string, Record<string, unknown>>;
  databases?: Record<string, unknown>;
}

/** The configuration with `database:` in the place of `mock:`, and everything else as it was. */
export function evolveEndpoints(text: string, edit: EvolveEdit): Edit {
  let after = text;
  for (const endpoint of edit.endpoints) {
    const edited = editEndpoint(after, endpoint);
    if (typeof edited !== "string") return { kind: "unsafe", ...edited };
    after = edited;
  }
  if (edit.newDatabase !== undefined) after = addDatabase(after, edit.newDatabase);
  const edited = verified(text, after, (value: Loaded) => applyEvolve(value, edit));
  const anchor = edited.kind === "unsafe" ? changedAnchor(text, after) : undefined;
  if (anchor === undefined) return edited;
  return { kind: "unsafe", problem: `*${anchor} means what stands at &${anchor}, and that would change` };
}

/** An anchor of a mock that others mean. */
function changedAnchor(before: string, after: string): string | undefined {
  const names = [...before.matchAll(/(?<=[\s:,[{])&([\w-]+)/g)].map(([, name = ""]) => name);
  return names.find((name) => {
    const has = (sign: string): boolean => new RegExp(`${sign}${name}(?![\\w-])`).test(after);
    return has("\\*") && (!has("&") || has("database:\\s*&"));
  });
}

/** The same for what the text means. */
export function applyEvolve(value: Loaded, { endpoints, newDatabase }: EvolveEdit): void {
  for (const { name, database, methods, saysMode } of endpoints) {
    const endpoint = value.endpoints?.[name];
    if (endpoint === undefined) continue;
    delete endpoint["mock"];
    endpoint["database"] = database;
    if (methods !== undefined) endpoint["methods"] = methods;
    if (saysMode || endpoint["mode"] !== undefined) endpoint["mode"] = "database";
  }
  if (newDatabase !== undefined) value.databases = { [newDatabase.name]: newDatabase.options };
}

function editEndpoint(text: string, edit: EndpointEdit): string | { readonly problem: string } {
  const root = outline(text);
  if (root?.kind !== "mapping" || root.flow) return { problem: "it is not written in lines" };
  const endpoint = valueAt(root, ["endpoints", edit.name]);
  if (endpoint === undefined) return { problem: `endpoints.${edit.name} is no mapping in this file` };
  const mode = endpoint.entries.find(({ key }) => key === "mode");
  // From the end to the beginning: what stands before keeps its place.
  if (mode === undefined) return replaceMock(text, endpoint, edit);
  if (mode.value.kind !== "scalar") return { problem: `endpoints.${edit.name}.mode is no word` };
  const { start, end } = mode.value;
  const changed = replaceSpan(text, [start, end], "database");
  return editEndpointWith(changed, { ...edit, saysMode: false });
}

/** Its own word has been changed. */
function editEndpointWith(text: string, edit: EndpointEdit): string | { readonly problem: string } {
  const root = outline(text);
  const endpoint = root?.kind === "mapping" ? valueAt(root, ["endpoints", edit.name]) : undefined;
  return endpoint === undefined ? { problem: "its layout is not understood" } : replaceMock(text, endpoint, edit);
}

function valueAt(node: MappingOutline, path: readonly string[]): MappingOutline | undefined {
  let found: MappingOutline | undefined = node;
  for (const step of path) {
    const value: EntryOutline["value"] | undefined = found?.entries.find(({ key }) => key === step)?.value;
    found = value?.kind === "mapping" ? value : undefined;
  }
  return found;
}

function replaceMock(
  text: string,
  endpoint: MappingOutline,
  edit: EndpointEdit,
): string | { readonly problem: string } {
  const mock = endpoint.entries.find(({ key }) => key === "mock");
  if (mock?.value.kind !== "mapping") return { problem: `endpoints.${edit.name}.mock is no mapping in this file` };
  const before = linesBefore(edit);
  if (!mock.value.flow) return replaceLines(text, { mock, value: mock.value, before }, edit);
  const end = flowEnd(text, mock.value.start) + 1;
  const joint = endpoint.flow ? ", " : newlineOf(text) + " ".repeat(column(text, mock.start));
  const parts = [...before, `database: ${flow(edit.database)}`];
  return replaceSpan(text, [mock.start, end], parts.join(joint));
}

function linesBefore({ methods, saysMode }: EndpointEdit): readonly string[] {
  return [
    ...(methods === undefined ? [] : [`methods: [${methods.join(", ")}]`]),
    ...(saysMode ? ["mode: database"] : []),
  ];
}

interface Block {
  readonly mock: EntryOutline;
  readonly value: MappingOutline;
  readonly before: readonly string[];
}

function replaceLines(text: string, { mock, value, before }: Block, { database }: EndpointEdit): string {
  const newline = newlineOf(text);
  const at = column(text, mock.start);
  const step = Math.max(1, column(text, value.entries[0]?.start ?? value.start) - at);
  const end = entryEnd(text, mock, nextStart(text, outline(text), mock));
  const inner = " ".repeat(at + step);
  const entries = Object.entries(database).map(([key, one]) => `${inner}${key}: ${flow(one)}`);
  const first = text.slice(mock.start, lineEnd(text, mock.start)).trimEnd();
  const lines = [
    ...before.map((line) => " ".repeat(at) + line),
    // What stands behind `mock:` is a comment.
    " ".repeat(at) + first.replace(/^[^:]*:/, "database:"),
    ...commentsIn(text.slice(lineEnd(text, mock.start), end)).map((comment) => inner + comment),
    ...entries,
  ];
  const ended = text[end - 1] === "\n" ? newline : "";
  return replaceSpan(text, [lineStart(text, mock.start), end], lines.join(newline) + ended);
}

/** Lines that are nothing but a comment: somebody wrote them for somebody. */
function commentsIn(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith("#"));
}

/** Before `endpoints:` and the comment that belongs to it. */
function addDatabase(text: string, { name, options }: NewDatabase): string {
  const root = outline(text);
  const endpoints = root?.kind === "mapping" ? root.entries.find(({ key }) => key === "endpoints") : undefined;
  if (endpoints === undefined) return text;
  const newline = newlineOf(text);
  const indent = " ".repeat(column(text, endpoints.start));
  let at = lineStart(text, endpoints.start);
  for (let line = lineStart(text, at - 1); at > 0 && text.slice(line, at).trim().startsWith("#");) {
    at = line;
    line = lineStart(text, at - 1);
  }
  const block = `${indent}databases:${newline}${indent}  ${name}: ${flow(options)}${newline}`;
  const apart = /\n\r?\n$/.test(text.slice(0, at)) ? newline : "";
  return insertAt(text, at, block + apart);
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** A value on one line. */
function flow(value: unknown): string {
  if (typeof value === "string")
    return /^[\w./-]+$/.test(value) && load(value) === value ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${flow(one)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
