import { splitList } from "./directives.ts";

const codings = ["br", "deflate", "gzip", "zstd"];

/** One spelling of a request field for what is the same; `undefined` when it is not there. */
export function normalField(name: string, value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : value.join(", ");
  if (name === "accept-encoding") return acceptedCodings(text);
  if (name.startsWith("accept"))
    return splitList(text.toLowerCase())
      .map((part) => part.replaceAll(/\s+/g, ""))
      .join(",");
  return text.trim().replaceAll(/\s*,\s*/g, ", ");
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
