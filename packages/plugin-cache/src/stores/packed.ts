import type { Stored } from "../stored.ts";

/** What is stored beside the body, as text. */
export function pack(item: Stored): { readonly meta: string; readonly body: Uint8Array } {
  if (item.kind === "vary") return { meta: JSON.stringify(item), body: nothing };
  const { body, ...meta } = item;
  return { meta: JSON.stringify(meta), body };
}

const nothing = new Uint8Array(0);

/** What was packed; `undefined` for anything else, which somebody else has written. */
export function unpack(meta: string, body: Uint8Array): Stored | undefined {
  const item = parse(meta);
  if (item?.["kind"] === "vary") return isVary(item) ? item : undefined;
  const answer = { ...item, body };
  return isAnswer(answer) ? answer : undefined;
}

type Members = Readonly<Record<string, unknown>>;

function parse(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}

function isVary(item: Members): item is Members & Extract<Stored, { readonly kind: "vary" }> {
  return isTexts(item["names"]) && isKept(item);
}

const times = ["storedMs", "ageMs", "lifetimeMs", "staleWhileRevalidateMs", "staleIfErrorMs"];

function isAnswer(item: Members): item is Members & Extract<Stored, { readonly kind: "answer" }> {
  if (item["kind"] !== "answer" || !isKept(item) || !isFields(item["headers"])) return false;
  if (!times.every((name) => Number.isFinite(item[name]))) return false;
  if (!["validatesAlways", "strict", "immutable"].every((name) => typeof item[name] === "boolean")) return false;
  const status = Number(item["status"]);
  return Number.isInteger(item["status"]) && status >= 200 && status <= 599;
}

/** Names and values in turn, none of which would break out of its line. */
function isFields(value: unknown): boolean {
  return isTexts(value) && value.length % 2 === 0 && value.every((text) => !/[\r\n\0]/.test(text));
}

function isKept(item: Members): boolean {
  return isTexts(item["tags"]) && Number.isFinite(item["asOf"]) && Number.isFinite(item["untilMs"]);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
