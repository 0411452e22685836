import { load } from "js-yaml";
import type { Edit } from "./edit.ts";
import { verified } from "./edit.ts";
import type { EntryOutline, MappingOutline, OtherOutline } from "./outline.ts";
import { outline } from "./outline.ts";
import { column, entryEnd, flowEnd, insertAt, lineEnd, lineStart, nextStart, replaceSpan } from "./spans.ts";

/** A plugin to be enabled. */
export interface PluginToAdd {
  readonly name: string;
  readonly package: string | undefined;
  readonly version: string | undefined;
  readonly modulePath: string | undefined;
}

/** Enables a plugin: a block of its own below `plugins:`, or `enabled: true` and the version where it stands already. */
export function enablePlugin(text: string, plugin: PluginToAdd): Edit {
  const found = locate(text, plugin.name);
  if ("problem" in found) return { kind: "unsafe", problem: found.problem };
  const { plugins, entry } = found;
  if (entry !== undefined) return withVersion(switchOn(text, entry), text, plugin);
  const after = insert(text, plugins, { plugin, indent: found.indent });
  return verified(text, after, (value: Loaded) => {
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
  return verified(text, after, (value: Loaded) => {
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
  return verified(text, after, (value: Loaded) => {
    value.plugins = { ...value.plugins, [entry.key]: { ...value.plugins?.[entry.key], enabled: true } };
  });
}

/** The version beside what stands there: another one is installed, and takes the place of the one before. */
function withVersion(switched: Edit, before: string, { name, version }: PluginToAdd): Edit {
  if (version === undefined || switched.kind === "unsafe") return switched;
  const text = switched.kind === "changed" ? switched.text : before;
  const found = locate(text, name);
  const entry = "problem" in found ? undefined : found.entry;
  if (entry === undefined) return switched;
  const edit = verified(text, writeVersion(text, entry, version), (value: Loaded) => {
    value.plugins = { ...value.plugins, [entry.key]: { ...value.plugins?.[entry.key], version } };
  });
  return edit.kind === "changed" && edit.text === text ? switched : edit;
}

function writeVersion(text: string, entry: EntryOutline, version: string): string {
  const member = `version: ${JSON.stringify(version)}`;
  const newline = newlineOf(text);
  if (entry.value.kind !== "mapping") {
    const end = lineEnd(text, entry.start);
    const line = `${" ".repeat(column(text, entry.start) + 2)}${member}${newline}`;
    return insertAt(text, end, text[end - 1] === "\n" ? line : newline + line);
  }
  const { entries, flow, start } = entry.value;
  const old = entries.find(({ key }) => key === "version")?.value;
  if (old?.kind === "scalar") return replaceVersion(text, old, version);
  const [first] = entries;
  if (first === undefined) return insertAt(text, start + 1, ` ${member} `);
  if (flow) return insertAt(text, start + 1, ` ${member},`);
  return insertAt(text, first.start, `${member}${newline}${" ".repeat(column(text, first.start))}`);
}

function replaceVersion(text: string, { start, end }: OtherOutline, version: string): string {
  const quoted = /["']/.test(text[start - 1] ?? "");
  return replaceSpan(text, [start, end], quoted ? version : JSON.stringify(version));
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

interface Insertion {
  readonly plugin: PluginToAdd;
  readonly indent: number;
}

function insert(text: string, plugins: EntryOutline | undefined, { plugin, indent }: Insertion): string {
  const newline = newlineOf(text);
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

interface Loaded {
  plugins?: Record<string, Record<string, unknown> | undefined>;
}
