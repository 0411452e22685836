import { HeaderList } from "@backworks/core";
import { splitList } from "./directives.ts";

/** What concerns one connection, what is counted anew for each answer, and what is ours alone (RFC 9111, 3.1). */
const notStored = new Set([
  "age",
  "backworks-cache-control",
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What the fields of a 304 or of a HEAD do not replace: they tell of the body that is stored (RFC 9111, 3.2). */
const ofBody = new Set(["content-encoding", "content-length", "content-md5", "content-range"]);

/** Fields of an answer that are stored, names and values in turn. */
export function storedFields(headers: HeaderList, without: readonly string[]): string[] {
  const named = splitList((headers.get("connection") ?? "").toLowerCase());
  const flat: string[] = [];
  for (const [name, value] of headers) {
    if (!notStored.has(name) && !named.includes(name) && !without.includes(name)) flat.push(name, value);
  }
  return flat;
}

/** Stored fields, with those that an answer without a body brings anew. */
export function updatedFields(stored: readonly string[], fresh: HeaderList): HeaderList {
  const updated = HeaderList.fromFlat([...stored]);
  const brought = HeaderList.fromFlat(storedFields(fresh, [...ofBody]));
  for (const name of new Set([...brought].map(([field]) => field))) updated.delete(name);
  for (const [name, value] of brought) updated.append(name, value);
  // One that has no date is of the time it came (RFC 9110, 6.6.1), not of the date that is stored.
  if (!fresh.has("date")) updated.delete("date");
  const age = fresh.get("age");
  if (age !== undefined) updated.set("age", age);
  return updated;
}
