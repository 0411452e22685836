import { EVENT_ID, getScalarValue, SCALAR_STYLE } from "js-yaml";
import type { AliasEvent, Event, ScalarEvent } from "js-yaml";
import type { Source } from "../errors.ts";
import { suggest } from "../suggest.ts";
import { closeCollection, openCollection } from "./collection.ts";
import type { OpenCollection, OpenMapping, OpenSequence } from "./collection.ts";
import { checkDepth, createComposer, report, spend, stop } from "./composer.ts";
import type { Anchor, Composer } from "./composer.ts";
import { eventToken, startOf, tokenOf } from "./event-token.ts";
import type { CollectionEvent, NodeEvent } from "./event-token.ts";
import type { Entry, Node, Parsed, ScalarNode, Token } from "./node.ts";
import { noVariables, placeOf } from "./node.ts";
import type { ParseLimits } from "./parse.ts";
import { isExact, resolveScalar } from "./scalar.ts";

/** Keys that could reach a prototype; data never needs them. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Builds the tree of the one document in a stream of parser events. */
export function compose(events: readonly Event[], source: Source, limits: ParseLimits): Parsed {
  if (events.length === 0) return { root: undefined, errors: [] };
  const composer = createComposer(source, limits);
  composer.events = events;
  composer.next = 1;
  try {
    const root = composeNode(composer, { source, start: 0, end: 1 }, 1);
    refuseSecondDocument(composer);
    return { root, errors: composer.errors };
  } catch (thrown) {
    if (thrown !== stop) throw thrown;
    return { root: undefined, errors: composer.errors };
  }
}

/** `at` marks an empty value: the key it belongs to. */
function composeNode(composer: Composer, at: Token, depth: number): Node {
  const event = takeEvent(composer);
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) {
    return nothing(composer, at);
  }
  if (event.type === EVENT_ID.ALIAS) return composeAlias(composer, event, depth);
  const token = beginNode(composer, event, { at, depth });
  const anchor = event.anchorStart < 0 ? undefined : openAnchor(composer, event);
  const { count, length } = composer;
  const node = composeContent(composer, event, { token, depth });
  if (anchor !== undefined) {
    anchor.node = node;
    anchor.count = composer.count - count + 1;
    anchor.length = composer.length - length;
    anchor.height = composer.height;
  }
  return node;
}

function takeEvent(composer: Composer): Event | undefined {
  const event = composer.events[composer.next];
  composer.next += 1;
  return event;
}

function beginNode(composer: Composer, event: NodeEvent, { at, depth }: { at: Token; depth: number }): Token {
  const token = eventToken(composer.source, event, at);
  composer.count += 1;
  checkDepth(composer, token, depth);
  if (event.tagStart >= 0) refuseTag(composer, event);
  return token;
}

function composeContent(composer: Composer, event: NodeEvent, { token, depth }: { token: Token; depth: number }): Node {
  if (event.type === EVENT_ID.SCALAR) return composeScalar(composer, event, token);
  const open = openOf(event, token, depth);
  addAll(composer, open);
  composer.next += 1;
  return closeCollection(composer, open);
}

function openOf(event: CollectionEvent, token: Token, depth: number): OpenCollection {
  return openCollection(event.type === EVENT_ID.SEQUENCE ? "sequence" : "mapping", token, depth);
}

function composeScalar(composer: Composer, event: ScalarEvent, token: Token): ScalarNode {
  const { source, start, end } = token;
  const text = getScalarValue(composer.source.text, event);
  const plain = event.style === SCALAR_STYLE.PLAIN;
  const value = plain ? resolveScalar(text) : text;
  const broken = typeof value === "number" && !isExact(value, text);
  if (broken) refuseInexact(composer, token, text);
  composer.height = 1;
  composer.length += text.length;
  // Written out: to spread a token into each node takes ten times as long.
  return { source, start, end, kind: "scalar", value, text, plain, variables: noVariables, broken };
}

/** A number that would be another one when it is sent. */
function refuseInexact(composer: Composer, token: Token, text: string): void {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const problem = /\d/.test(text) ? `${shown} is more than a number can hold` : `JSON has no number ${shown}`;
  report(composer, "BW_CONFIG_SYNTAX", { details: { problem }, token, hint: "write it in quotes, as text" });
}

/** Stands in for a value that cannot be used. */
function nothing(composer: Composer, { source, start, end }: Token): ScalarNode {
  composer.height = 1;
  return {
    source,
    start,
    end,
    kind: "scalar",
    value: null,
    text: "",
    plain: true,
    variables: noVariables,
    broken: true,
  };
}

/** Reads what is left of a collection in the events at hand. */
export function addAll(composer: Composer, open: OpenCollection): void {
  while (!atEnd(composer)) addNext(composer, open);
}

/** Reads the next entry or item. */
function addNext(composer: Composer, open: OpenCollection): void {
  if (open.kind === "sequence") addItem(composer, open);
  else addValue(composer, open, composeKey(composer, open));
}

function addItem(composer: Composer, open: OpenSequence): void {
  const item = composeNode(composer, dashAfter(composer, open.token, open.last), open.depth + 1);
  open.items.push(item);
  open.height = Math.max(open.height, composer.height);
  if (item.source === composer.source) open.last = tokenOf(item);
}

function addValue(composer: Composer, open: OpenMapping, key: Key): void {
  const value = composeNode(composer, key.token, open.depth + 1);
  addEntry(composer, open, { key, value });
}

/** The dash of the item behind `last`, which marks the item when it is empty; only a block sequence has one. */
function dashAfter({ source, events, next }: Composer, sequence: Token, last: Token): Token {
  const event = events[next];
  const empty = event?.type === EVENT_ID.SCALAR && event.valueStart < 0;
  if (!empty || sequence.source.text[sequence.start] !== "-") return last;
  const isHere = last.source === source;
  if (last === sequence && isHere) return { source, start: sequence.start, end: sequence.start + 1 };
  const { column } = placeOf(sequence);
  const from = isHere ? last.end : 0;
  const found = source.text.slice(from).search(new RegExp(`(?<=[\\r\\n] {${column - 1}})-(?=\\s|$)`));
  return found < 0 ? last : { source, start: from + found, end: from + found + 1 };
}

export interface Key {
  /** `undefined` for a key that was refused. */
  readonly text: string | undefined;
  readonly plain: boolean;
  readonly token: Token;
}

export function composeKey(composer: Composer, open: OpenMapping): Key {
  const event = composer.events[composer.next];
  const node = composeNode(composer, open.token, open.depth + 1);
  const token = tokenOf(node);
  open.first ??= token;
  if (node.kind === "scalar" && node.text !== "") return { text: node.text, plain: node.plain, token };
  // A key that was reported before is not reported again.
  if (node.kind !== "scalar" || !node.broken) refuseKey(composer, node, { token, mapping: open.token, event });
  return { text: undefined, plain: false, token };
}

function refuseKey(
  composer: Composer,
  node: Node,
  { token, mapping, event }: { token: Token; mapping: Token; event: Event | undefined },
): void {
  const braces = node.kind === "mapping" && event?.type === EVENT_ID.MAPPING && node.source.text[node.start] === "{";
  const hint = braces
    ? 'a value that begins with {{ or { must be quoted when it is text: "{{ … }}"'
    : "write the key as text";
  const kind = node.kind === "mapping" ? "mapping" : "list";
  const problem = node.kind === "scalar" ? "a key is empty" : `a key is a ${kind}, not text`;
  report(composer, "BW_CONFIG_SYNTAX", { details: { problem }, token: braces ? mapping : token, hint });
}

/** Puts a value at its key; the last composed value is the one. */
export function addEntry(
  composer: Composer,
  open: OpenMapping,
  { key: { text: key, plain, token }, value }: { key: Key; value: Node },
): void {
  open.height = Math.max(open.height, composer.height);
  if (key === undefined) return;
  if (key === "<<" && plain) {
    addMerge(composer, open.merges, { key: token, value });
    return;
  }
  if (forbiddenKeys.has(key)) return report(composer, "BW_CONFIG_FORBIDDEN_KEY", { details: { key }, token });
  const first = open.entries.get(key);
  if (first === undefined) {
    open.entries.set(key, { key: token, value });
    return;
  }
  const hint = `the first one is in line ${placeOf(first.key).line}`;
  report(composer, "BW_CONFIG_DUPLICATE_KEY", { details: { key, path: "this mapping" }, token, hint });
}

function addMerge(composer: Composer, merges: Entry[], merge: Entry): void {
  const [first] = merges;
  if (first === undefined) {
    merges.push(merge);
    return;
  }
  const hint = `the first one is in line ${placeOf(first.key).line}; several go into one: <<: [*a, *b]`;
  report(composer, "BW_CONFIG_DUPLICATE_KEY", { details: { key: "<<", path: "this mapping" }, token: merge.key, hint });
}

/** Begins the collection that comes next, to be read bit by bit; `undefined` when something else comes, or one with a name. */
export function beginCollection(composer: Composer, at: Token, depth: number): OpenCollection | undefined {
  const event = composer.events[composer.next];
  if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return undefined;
  if (event.anchorStart >= 0) return undefined;
  takeEvent(composer);
  return openOf(event, beginNode(composer, event, { at, depth }), depth);
}

function composeAlias(composer: Composer, event: AliasEvent, depth: number): Node {
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
    return nothing(composer, token);
  }
  spend(composer, token, anchor);
  checkDepth(composer, token, depth + anchor.height - 1);
  composer.height = anchor.height;
  return anchor.node;
}

function openAnchor(composer: Composer, event: { anchorStart: number; anchorEnd: number }): Anchor {
  const anchor: Anchor = { node: undefined, count: 0, length: 0, height: 1 };
  composer.anchors.set(composer.source.text.slice(event.anchorStart, event.anchorEnd), anchor);
  return anchor;
}

function refuseTag(composer: Composer, event: { tagStart: number; tagEnd: number }): void {
  const token = { source: composer.source, start: event.tagStart, end: event.tagEnd };
  const tag = composer.source.text.slice(event.tagStart, event.tagEnd);
  report(composer, "BW_CONFIG_TAG", { details: { tag }, token, hint: "quote the value if it begins with !" });
}

/** Only the events of a whole document can tell; one that is read in parts has no second. */
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
