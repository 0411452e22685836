import { isCredential } from "../request/fields.ts";
import { splitList } from "./directives.ts";

const codings = ["br", "deflate", "gzip", "zstd"];

/** One spelling of a request field for what is the same; `undefined` when it is not there. */
export function normalField(name: string, value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : value.join(", ");
  if (name === "accept-encoding") return acceptedCodings(text);
  if (name === "accept-language") return byWeight(membersOf(text)).join(",");
  if (name.startsWith("accept")) return membersOf(text).join(",");
  // What is quoted means what it is, and so does what says who asks: two that look alike may be two.
  if (text.includes('"') || isCredential(name)) return text;
  return text
    .split(",")
    .map((part) => part.trim())
    .join(", ");
}

/** Members of a field in which neither case nor spaces count. */
function membersOf(text: string): string[] {
  return splitList(text.toLowerCase()).map((part) => part.replaceAll(/\s+/g, ""));
}

/** Languages of the same weight are wanted alike, in whatever order they stand (RFC 9110, 12.5.4). */
function byWeight(members: string[]): string[] {
  const weighed = members.map((text) => ({ text, weight: weightOf(text) }));
  weighed.sort(
    (left, right) => right.weight - left.weight || (left.text < right.text ? -1 : Number(left.text > right.text)),
  );
  return weighed.map(({ text }) => text);
}

function weightOf(member: string): number {
  const [, weight] = /;q=([\d.]+)$/.exec(member) ?? [];
  return weight === undefined ? 1 : Number(weight) || 0;
}

/** The codings there are that a client takes, in one order and without weights (RFC 9110, 12.5.3). */
function acceptedCodings(text: string): string | undefined {
  const accepted = new Set<string>();
  for (const part of splitList(text.toLowerCase())) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    if (parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter))) continue;
    accepted.add(name === "x-gzip" ? "gzip" : name);
  }
  const known = codings.filter((coding) => accepted.has(coding));
  return known.length === 0 ? undefined : known.join(", ");
}
