import { COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents } from "js-yaml";
import type { Event } from "js-yaml";

/** A value of a YAML text, by offsets into it. */
export type Outline = MappingOutline | OtherOutline;

export interface MappingOutline {
  readonly kind: "mapping";
  /** Of the opening brace, or of the first key. */
  readonly start: number;
  readonly flow: boolean;
  readonly entries: readonly EntryOutline[];
}

export interface OtherOutline {
  readonly kind: "scalar" | "other";
  /** -1 when nothing is written. */
  readonly start: number;
  readonly end: number;
}

export interface EntryOutline {
  readonly key: string;
  readonly start: number;
  readonly value: Outline;
}

/** Where the keys and values of the one document in a text stand; `undefined` when there is none or it is no YAML. */
export function outline(text: string): Outline | undefined {
  try {
    return new Reader(text).read();
  } catch {
    // Reading the configuration says where the mistake is; here it only cannot be edited.
    return undefined;
  }
}

class Reader {
  readonly #text: string;
  readonly #events: readonly Event[];
  /** After the document's own event. */
  #next = 1;

  constructor(text: string) {
    this.#text = text;
    this.#events = parseEvents(text, {});
  }

  read(): Outline | undefined {
    const event = this.#events[this.#next];
    this.#next += 1;
    if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return undefined;
    if (event.type === EVENT_ID.MAPPING) {
      const entries = this.#readEntries();
      return { kind: "mapping", start: event.start, flow: event.style === COLLECTION_STYLE.FLOW, entries };
    }
    if (event.type === EVENT_ID.SCALAR) return { kind: "scalar", start: event.valueStart, end: event.valueEnd };
    if (event.type === EVENT_ID.SEQUENCE) while (this.read() !== undefined);
    return { kind: "other", start: -1, end: -1 };
  }

  #readEntries(): readonly EntryOutline[] {
    const entries: EntryOutline[] = [];
    for (;;) {
      const event = this.#events[this.#next];
      const key = this.read();
      if (key === undefined || event === undefined) return entries;
      const value = this.read() ?? { kind: "other", start: -1, end: -1 };
      if (event.type !== EVENT_ID.SCALAR) continue;
      entries.push({ key: getScalarValue(this.#text, event), start: startOfKey(this.#text, event.valueStart), value });
    }
  }
}

/** A quoted key begins at its quote. */
function startOfKey(text: string, valueStart: number): number {
  const before = text[valueStart - 1];
  return before === '"' || before === "'" ? valueStart - 1 : valueStart;
}
