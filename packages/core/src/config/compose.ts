import { EVENT_ID, getScalarValue, SCALAR_STYLE } from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";
import type { Source } from "../errors.ts";
import { checkDepth, report, spend, stop } from "./composer.ts";
import type { Anchor, Composer } from "./composer.ts";
import { eventToken, startOf, tokenOf } from "./event-token.ts";
import type { NodeEvent } from "./event-token.ts";
import { mergeInto } from "./merge-key.ts";
import type { Entry, Node, Parsed, Token } from "./node.ts";
import { placeOf } from "./node.ts";
import type { ParseLimits } from "./parse.ts";
import { resolveScalar } from "./scalar.ts";
import { suggest } from "../suggest.ts";

/** Keys that could reach a prototype; data never needs them. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** A node with how deep it is by itself, 1 for a scalar. */
interface Composed {
  readonly node: Node;
  readonly height: number;
}

/** Builds the tree of the one document in a stream of parser events. */
export function compose(events: readonly Event[], source: Source, limits: ParseLimits): Parsed {
  const nothing = (at: Token): Node => ({
    ...tokenOf(at),
    kind: "scalar",
    value: null,
    text: "",
    plain: true,
    variables: [],
    broken: true,
  });
  const composer: Composer = {
    source,
    events,
    limits,
    next: 1,
    count: 0,
    expanded: 0,
    anchors: new Map(),
    errors: [],
    nothing,
  };
  if (events.length === 0) return { root: undefined, errors: [] };
  try {
    const { node } = composeNode(composer, { source, start: 0, end: 1 }, 1);
    refuseSecondDocument(composer);
    return { root: node, errors: composer.errors };
  } catch (thrown) {
    if (thrown !== stop) throw thrown;
    return { root: undefined, errors: composer.errors };
  }
}

/** `at` marks an empty value: the key it belongs to. */
function composeNode(composer: Composer, at: Token, depth: number): Composed {
  const event = composer.events[composer.next];
  composer.next += 1;
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) {
    return { node: composer.nothing(at), height: 1 };
  }
  if (event.type === EVENT_ID.ALIAS) return composeAlias(composer, event, depth);
  const token = eventToken(composer.source, event, at);
  composer.count += 1;
  checkDepth(composer, token, depth);
  if (event.tagStart >= 0) refuseTag(composer, event);
  const anchor = event.anchorStart < 0 ? undefined : openAnchor(composer, event);
  const before = composer.count;
  const composed = composeContent(composer, event, { token, depth });
  if (anchor !== undefined) {
    anchor.node = composed.node;
    anchor.count = composer.count - before + 1;
    anchor.height = composed.height;
  }
  return composed;
}

function composeContent(composer: Composer, event: NodeEvent, at: { token: Token; depth: number }): Composed {
  if (event.type === EVENT_ID.SCALAR) return { node: composeScalar(composer, event, at.token), height: 1 };
  return event.type === EVENT_ID.SEQUENCE
    ? composeSequence(composer, at.token, at.depth)
    : composeMapping(composer, at.token, at.depth);
}

function composeScalar(composer: Composer, event: ScalarEvent, token: Token): Node {
  const text = getScalarValue(composer.source.text, event);
  const plain = event.style === SCALAR_STYLE.PLAIN;
  return {
    ...token,
    kind: "scalar",
    value: plain ? resolveScalar(text) : text,
    text,
    plain,
    variables: [],
    broken: false,
  };
}

function composeSequence(composer: Composer, token: Token, depth: number): Composed {
  const items: Node[] = [];
  let height = 0;
  let last = token;
  while (!atEnd(composer)) {
    const item = composeNode(composer, dashAfter(composer, token, last), depth + 1);
    items.push(item.node);
    height = Math.max(height, item.height);
    if (item.node.source === composer.source) last = tokenOf(item.node);
  }
  composer.next += 1;
  return { node: { ...token, kind: "sequence", items }, height: height + 1 };
}

function composeMapping(composer: Composer, token: Token, depth: number): Composed {
  const entries = new Map<string, Entry>();
  const merges: Entry[] = [];
  let height = 0;
  let first: Token | undefined;
  while (!atEnd(composer)) {
    const key = composeKey(composer, token, depth);
    first ??= key.token;
    const value = composeNode(composer, key.token, depth + 1);
    height = Math.max(height, value.height);
    if (key.text === undefined) continue;
    if (key.text === "<<" && key.plain) merges.push({ key: key.token, value: value.node });
    else addEntry(composer, entries, { ...key, text: key.text, value: value.node });
  }
  composer.next += 1;
  for (const merge of merges) {
    const merged = mergeInto(entries, merge);
    if (merged.problem !== undefined) composer.errors.push(merged.problem);
    spend(composer, merge.key, merged.added);
  }
  // A block mapping is marked by its first key, a flow mapping by its brace.
  const flow = composer.source.text[token.start] === "{";
  return { node: { ...(flow || first === undefined ? token : first), kind: "mapping", entries }, height: height + 1 };
}

/** The dash of the item behind `last`, which marks the item when it is empty; only a block sequence has one. */
function dashAfter({ source, events, next }: Composer, sequence: Token, last: Token): Token {
  const event = events[next];
  const empty = event?.type === EVENT_ID.SCALAR && event.valueStart < 0;
  if (!empty || source.text[sequence.start] !== "-") return last;
  const { column } = placeOf(sequence);
  const from = last === sequence ? sequence.start : last.end;
  const found =
    last === sequence ? 0 : source.text.slice(from).search(new RegExp(`(?<=[\\r\\n] {${column - 1}})-(?=\\s|$)`));
  return found < 0 ? last : { source, start: from + found, end: from + found + 1 };
}

interface Key {
  /** `undefined` for a key that was refused. */
  readonly text: string | undefined;
  readonly plain: boolean;
  readonly token: Token;
}

function composeKey(composer: Composer, mapping: Token, depth: number): Key {
  const event = composer.events[composer.next];
  const { node } = composeNode(composer, mapping, depth + 1);
  const token = tokenOf(node);
  if (node.kind === "scalar" && node.text !== "") return { text: node.text, plain: node.plain, token };
  const braces =
    node.kind === "mapping" && event?.type === EVENT_ID.MAPPING && composer.source.text[node.start] === "{";
  const hint = braces
    ? 'a value that begins with {{ or { must be quoted when it is text: "{{ … }}"'
    : "write the key as text";
  const kind = node.kind === "mapping" ? "mapping" : "list";
  const problem = node.kind === "scalar" ? "a key is empty" : `a key is a ${kind}, not text`;
  report(composer, "BW_CONFIG_SYNTAX", { details: { problem }, token: braces ? mapping : token, hint });
  return { text: undefined, plain: false, token };
}

function addEntry(composer: Composer, entries: Map<string, Entry>, item: Key & { text: string; value: Node }): void {
  const { text: key, token } = item;
  if (forbiddenKeys.has(key)) return report(composer, "BW_CONFIG_FORBIDDEN_KEY", { details: { key }, token });
  const first = entries.get(key);
  if (first === undefined) {
    entries.set(key, { key: token, value: item.value });
    return;
  }
  const hint = `the first one is in line ${placeOf(first.key).line}`;
  report(composer, "BW_CONFIG_DUPLICATE_KEY", { details: { key, path: "this mapping" }, token, hint });
}

function composeAlias(composer: Composer, event: { anchorStart: number; anchorEnd: number }, depth: number): Composed {
  const { source } = composer;
  const token = { source, start: event.anchorStart - 1, end: event.anchorEnd };
  const name = source.text.slice(event.anchorStart, event.anchorEnd);
  const anchor = composer.anchors.get(name);
  if (anchor?.node === undefined) {
    const known = suggest(name, composer.anchors.keys());
    const problem = anchor === undefined ? "has no anchor" : "stands inside the value it names";
    const hint = known === undefined ? "write the text in quotes when it is not an alias" : `did you mean *${known}?`;
    const details = { alias: `*${name}`, problem };
    report(composer, "BW_CONFIG_ALIAS", { details, token, ...(anchor === undefined ? { hint } : {}) });
    return { node: composer.nothing(token), height: 1 };
  }
  spend(composer, token, anchor.count);
  checkDepth(composer, token, depth + anchor.height - 1);
  return { node: anchor.node, height: anchor.height };
}

function openAnchor(composer: Composer, event: { anchorStart: number; anchorEnd: number }): Anchor {
  const anchor: Anchor = { node: undefined, count: 0, height: 1 };
  composer.anchors.set(composer.source.text.slice(event.anchorStart, event.anchorEnd), anchor);
  return anchor;
}

function refuseTag(composer: Composer, event: { tagStart: number; tagEnd: number }): void {
  const token = { source: composer.source, start: event.tagStart, end: event.tagEnd };
  const tag = composer.source.text.slice(event.tagStart, event.tagEnd);
  report(composer, "BW_CONFIG_TAG", { details: { tag }, token, hint: "quote the value if it begins with !" });
}

function refuseSecondDocument(composer: Composer): void {
  const second = composer.events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT);
  if (second < 0) return;
  const { source } = composer;
  const content = composer.events[second + 1];
  const begin = content === undefined ? source.text.length : startOf(content, source.text.length);
  const marker = source.text.slice(0, begin).lastIndexOf("---");
  const start = marker < 0 ? Math.min(begin, source.text.length - 1) : marker;
  const token = { source, start, end: start + (marker < 0 ? 1 : 3) };
  report(composer, "BW_CONFIG_DOCUMENTS", {
    details: {},
    token,
    hint: "one file holds one configuration: remove the ---",
  });
}

function atEnd(composer: Composer): boolean {
  const event = composer.events[composer.next];
  return event === undefined || event.type === EVENT_ID.POP;
}
