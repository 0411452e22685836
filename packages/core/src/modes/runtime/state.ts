import type { EndpointSource } from "../../mode.ts";

/** What an endpoint remembers from call to call. */
export interface EndpointState {
  /** `get key`, `set key value`, `delete key`, `increment key by`, `keys`. */
  ask(args: readonly unknown[]): unknown;
}

/** The states of endpoints, each as long as somebody has it: what an endpoint remembers outlives what runs it. */
export interface States {
  hold(endpoint: EndpointSource): EndpointState;
  release(endpoint: EndpointSource): void;
}

export function createStates(): States {
  const held = new Map<string, { readonly state: EndpointState; holders: number }>();
  const keyOf = ({ name, identity }: EndpointSource): string => `${name} ${identity}`;
  return {
    hold(endpoint) {
      const entry = held.get(keyOf(endpoint)) ?? { state: createState(), holders: 0 };
      entry.holders += 1;
      held.set(keyOf(endpoint), entry);
      return entry.state;
    },
    release(endpoint) {
      const entry = held.get(keyOf(endpoint));
      if (entry === undefined) return;
      entry.holders -= 1;
      if (entry.holders === 0) held.delete(keyOf(endpoint));
    },
  };
}

const mostKeys = 10_000;
/** Characters of JSON that all values may come to. */
const mostCharacters = 16 * 1024 * 1024;

/** Values made of JSON, kept as text: what a handler gets is its own. */
export function createState(): EndpointState {
  const values = new Map<string, string>();
  let characters = 0;
  const remove = (key: string): boolean => {
    const text = values.get(key);
    if (text !== undefined) characters -= key.length + text.length;
    return values.delete(key);
  };
  const write = (key: string, value: unknown): void => {
    if (value === undefined || value === null) return void remove(key);
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`context.state keeps what JSON can hold, not a ${typeof value}`);
    remove(key);
    if (values.size >= mostKeys) throw new RangeError(`context.state holds ${mostKeys} keys, which is all it can`);
    if (characters + key.length + text.length > mostCharacters)
      throw new RangeError("context.state holds 16 MB, which is all it can");
    characters += key.length + text.length;
    values.set(key, text);
  };
  const read = (key: string): unknown => {
    const text = values.get(key);
    return text === undefined ? null : (JSON.parse(text) as unknown);
  };
  return {
    ask([operation, given, value]) {
      if (operation === "keys") return [...values.keys()];
      const key = String(given);
      if (operation === "get") return read(key);
      if (operation === "set") return write(key, value);
      if (operation === "delete") return remove(key);
      if (operation !== "increment") throw new TypeError("context.state knows get, set, delete, increment and keys");
      const sum = Number(read(key) ?? 0) + Number(value ?? 1);
      write(key, sum);
      return sum;
    },
  };
}
