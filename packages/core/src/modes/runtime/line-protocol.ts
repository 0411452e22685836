/** Bytes have no form in JSON: a member with them gets another name. */
const byteMembers = ["body", "chunk"] as const;

/** A message as a line. @throws what JSON has no form for */
export function toLine(message: object): string {
  return `${JSON.stringify(withText(message))}\n`;
}

/** A message of a line. @throws SyntaxError when it is no JSON object */
export function fromLine(line: string): object {
  const parsed: unknown = JSON.parse(line);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return withBytes(parsed);
  throw new SyntaxError("not an object");
}

/** `body` and `chunk` as bytes become `body_base64` and `chunk_base64`. */
function withText(message: object): object {
  const result: Record<string, unknown> = { ...message };
  for (const member of byteMembers) {
    const value = result[member];
    if (!(value instanceof Uint8Array)) continue;
    delete result[member];
    result[`${member}_base64`] = toBase64(value);
  }
  if ("request" in result) result["request"] = withText(result["request"] as object);
  if ("value" in result) result["value"] = bytesAsText(result["value"]);
  if ("args" in result) result["args"] = bytesAsText(result["args"]);
  return result;
}

function withBytes(message: object): object {
  const result: Record<string, unknown> = { ...message };
  for (const member of byteMembers) {
    const text = result[`${member}_base64`];
    if (typeof text !== "string") continue;
    delete result[`${member}_base64`];
    result[member] = Buffer.from(text, "base64");
  }
  const { request } = result;
  if (typeof request === "object" && request !== null) result["request"] = withBytes(request);
  if ("value" in result) result["value"] = textAsBytes(result["value"]);
  if ("args" in result) result["args"] = textAsBytes(result["args"]);
  return result;
}

/** What a handler asks for and gets may have bytes anywhere: `{ "$base64": "…" }`. */
function bytesAsText(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return { $base64: toBase64(value) };
  return mapMembers(value, bytesAsText);
}

function textAsBytes(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const text = "$base64" in value && Object.keys(value).length === 1 ? value.$base64 : undefined;
  return typeof text === "string" ? Buffer.from(text, "base64") : mapMembers(value, textAsBytes);
}

function mapMembers(value: object, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
