import { isDeepStrictEqual } from "node:util";
import { load } from "js-yaml";
import type { EntryOutline, MappingOutline, Outline } from "./outline.ts";
import { outline } from "./outline.ts";

/** A plugin to be enabled. */
export interface PluginToAdd {
  readonly name: string;
  readonly package: string | undefined;
  readonly version: string | undefined;
  readonly modulePath: string | undefined;
}

/** The text after an edit, or why it has to be made by hand. */
export type Edit =
  | { readonly kind: "changed"; readonly text: string }
  | { readonly kind: "unchanged" }
  | { readonly kind: "unsafe"; readonly problem: string };

/** Enables a plugin: a block of its own below `plugins:`, or `enabled: true` where it stands already. */
export function enablePlugin(text: string, plugin: PluginToAdd): Edit {
  const found = locate(text, plugin.name);
  if ("problem" in found) return { kind: "unsafe", problem: found.problem };
  const { plugins, entry } = found;
  if (entry !== undefined) return switchOn(text, entry);
  const after = insert(text, plugins, { plugin, indent: found.indent });
  return verified(text, after, (value) => {
    value.plugins = { ...value.plugins, [plugin.name]: settings(plugin) };
  });
}

/** Takes a plugin out, with everything written below it. */
export function removePlugin(text: string, name: string): Edit {
  const found = locate(text, name);
  if ("problem" in found) return { kind: "unsafe", problem: found.problem };
  const { plugins, entry } = found;
  if (entry === undefined || plugins?.value.kind !== "mapping") return { kind: "unchanged" };
  const last = plugins.value.entries.length === 1;
  const after = plugins.value.flow
    ? cutFlow(text, plugins.value, entry)
    : cutLines(text, last ? plugins : entry, nextStart(text, found.root, last ? plugins : entry)).replace(
        /(\r?\n)\s+$/,
        "$1",
      );
  const gone = last && !plugins.value.flow;
  return verified(text, after, (value) => {
    delete value.plugins?.[name];
    if (gone) delete value.plugins;
  });
}

interface Located {
  readonly root: MappingOutline;
  /** Column of the root's keys. */
  readonly indent: number;
  readonly plugins: EntryOutline | undefined;
  readonly entry: EntryOutline | undefined;
}

function locate(text: string, name: string): Located | { readonly problem: string } {
  const root = outline(text);
  if (root?.kind !== "mapping") return { problem: "it holds no mapping" };
  if (root.flow) return { problem: "it is written in braces" };
  const plugins = root.entries.find(({ key }) => key === "plugins");
  const value = plugins?.value;
  if (value !== undefined && value.kind !== "mapping" && value.start !== -1)
    return { problem: "plugins: is no mapping" };
  const entry = value?.kind === "mapping" ? value.entries.find(({ key }) => key === name) : undefined;
  return { root, indent: column(text, root.start), plugins, entry };
}

function switchOn(text: string, entry: EntryOutline): Edit {
  const enabled = entry.value.kind === "mapping" ? entry.value.entries.find(({ key }) => key === "enabled") : undefined;
  if (enabled?.value.kind !== "scalar" || load(text.slice(enabled.value.start, enabled.value.end)) !== false) {
    return { kind: "unchanged" };
  }
  const after = replaceSpan(text, [enabled.value.start, enabled.value.end], "true");
  return verified(text, after, (value) => {
    value.plugins = { ...value.plugins, [entry.key]: { ...value.plugins?.[entry.key], enabled: true } };
  });
}

interface Insertion {
  readonly plugin: PluginToAdd;
  readonly indent: number;
}

function insert(text: string, plugins: EntryOutline | undefined, { plugin, indent }: Insertion): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const block = (at: number, step: number): string =>
    [`${" ".repeat(at)}${plugin.name}:`, ...lines(plugin).map((line) => " ".repeat(at + step) + line), ""].join(
      newline,
    );
  if (plugins === undefined) {
    const body = text.endsWith("\n") ? text : text + newline;
    return `${body}${newline}${" ".repeat(indent)}plugins:${newline}${block(indent + 2, 2)}`;
  }
  if (plugins.value.kind !== "mapping") return insertAt(text, lineEnd(text, plugins.start), block(indent + 2, 2));
  const { entries, flow, start } = plugins.value;
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined || flow) {
    const inner = `${plugin.name}: { ${lines(plugin).join(", ")} }`;
    return insertAt(text, start + 1, first === undefined ? ` ${inner} ` : ` ${inner},`);
  }
  const at = column(text, first.start);
  const end = entryEnd(text, last, nextStart(text, outline(text), plugins));
  const before = text[end - 1] === "\n" ? "" : newline;
  return insertAt(text, end, before + block(at, Math.max(at - indent, 2)));
}

function lines(plugin: PluginToAdd): readonly string[] {
  return Object.entries(settings(plugin)).map(
    ([key, value]) => `${key}: ${typeof value === "string" ? JSON.stringify(value) : value}`,
  );
}

function settings(plugin: PluginToAdd): Readonly<Record<string, string | boolean>> {
  return {
    enabled: true,
    ...(plugin.package === undefined ? {} : { package: plugin.package }),
    ...(plugin.version === undefined ? {} : { version: plugin.version }),
    ...(plugin.modulePath === undefined ? {} : { module_path: plugin.modulePath }),
  };
}

/** Offset of the key that follows `entry`, at its own level or further out; the end of the text when there is none. */
function nextStart(text: string, root: Outline | undefined, entry: EntryOutline): number {
  const starts = root === undefined ? [] : keyStarts(root);
  const inside = new Set(keyStarts(entry.value));
  return Math.min(text.length, ...starts.filter((start) => start > entry.start && !inside.has(start)));
}

function keyStarts(node: Outline): readonly number[] {
  return node.kind === "mapping" ? node.entries.flatMap(({ start, value }) => [start, ...keyStarts(value)]) : [];
}

/** Blank lines and comments before the next key stay: they are about what follows. */
function entryEnd(text: string, entry: EntryOutline, next: number): number {
  const indent = column(text, entry.start);
  const from = lineEnd(text, entry.start);
  const body = text.slice(from, next === text.length ? next : lineStart(text, next));
  const kept = body.split(/(?<=\n)/);
  while (kept.length > 0 && isOutside(kept.at(-1) ?? "", indent)) kept.pop();
  return from + kept.join("").length;
}

function isOutside(line: string, indent: number): boolean {
  const [, spaces = "", rest = ""] = /^( *)(.*)/.exec(line) ?? [];
  return rest.trim() === "" || (rest.startsWith("#") && spaces.length <= indent);
}

function cutLines(text: string, entry: EntryOutline, next: number): string {
  return replaceSpan(text, [lineStart(text, entry.start), entryEnd(text, entry, next)], "");
}

function cutFlow(text: string, plugins: MappingOutline, entry: EntryOutline): string {
  const index = plugins.entries.indexOf(entry);
  const next = plugins.entries[index + 1];
  if (next !== undefined) return replaceSpan(text, [entry.start, next.start], "");
  const close = flowEnd(text, plugins.start);
  if (index === 0) return replaceSpan(text, [plugins.start + 1, close], "");
  return replaceSpan(text, [text.lastIndexOf(",", entry.start), close], " ");
}

/** Offset of the brace that closes the one at `start`; quoted braces do not count. */
function flowEnd(text: string, start: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[{}]/gs)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (depth === 0) return start + index;
  }
  return text.length;
}

interface Loaded {
  plugins?: Record<string, Record<string, unknown> | undefined>;
}

/** Only an edit that means exactly what was asked for, and nothing else, is handed out. */
function verified(before: string, after: string, change: (value: Loaded) => void): Edit {
  try {
    // a mapping: `locate` saw it
    const expected = load(before) as Loaded;
    change(expected);
    if (isDeepStrictEqual(load(after), expected)) return { kind: "changed", text: after };
  } catch {
    // The edited text is no YAML any more: it is thrown away.
  }
  return { kind: "unsafe", problem: "its layout is not understood" };
}

function replaceSpan(text: string, [start, end]: readonly [start: number, end: number], by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function insertAt(text: string, offset: number, inserted: string): string {
  return replaceSpan(text, [offset, offset], inserted);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** After the line break. */
function lineEnd(text: string, offset: number): number {
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
}

function column(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
