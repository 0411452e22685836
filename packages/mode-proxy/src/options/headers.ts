import { array, boolean, number, record, regex, string, union } from "zod/mini";
import { fieldName } from "../wire/field-syntax.ts";

/** They belong to one connection, or say how the message is framed: the wire writes them. */
const reserved: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header is none that anybody else may write. */
export function isReservedHeader(name: string): boolean {
  return reserved.has(name.toLowerCase());
}

const headerName = string()
  .check(regex(fieldName, "must be the name of a header"))
  .check(({ value, issues }) => {
    if (!isReservedHeader(value)) return;
    issues.push({ code: "custom", message: "is written by the connection itself", input: value });
  });

const single = union([string(), number(), boolean()]);

/** Headers by name; values may hold expressions. */
export const headersSchema = record(headerName, union([single, array(single)])).check(({ value, issues }) => {
  for (const [name, given] of Object.entries(value)) {
    if (name.toLowerCase() !== "host" || !Array.isArray(given)) continue;
    issues.push({ code: "custom", message: "must be one value: a request has one host", path: [name], input: given });
  }
});

/** Headers by name, as they are. */
export const constantHeadersSchema = record(
  headerName,
  union([string(), number(), boolean()]).check(({ value, issues }) => {
    if (!String(value).includes("${")) return;
    const hint = "a variable is written ${NAME}, in capitals";
    issues.push({ code: "custom", message: "must not hold an expression", params: { hint }, input: value });
  }),
);

/** Names of headers. */
export const headerNamesSchema = array(headerName);

/** Headers as they are written. */
export type HeaderValues = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

type HeaderValue = string | number | boolean;
