/** A media type with the parameters that matter here. */
export interface MediaType {
  /** `application/json`, in lower case; empty when the field is missing or broken. */
  readonly name: string;
  /** Of the parameters, by name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, string> = new Map();
const json: MediaType = Object.freeze({ name: "application/json", parameters: none });
const type = /^[ \t]*([!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+)/;
const parameter = /;[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;,"\s]*)))?/g;

/** Takes a `Content-Type` apart. Source: RFC 9110, 8.3.1 and 5.6.6. */
export function parseMediaType(field: string): MediaType {
  if (field === "application/json") return json;
  const name = type.exec(field)?.[1]?.toLowerCase() ?? "";
  return { name, parameters: parseParameters(field) };
}

/** Parameters behind the first `;`, of media types and of `Content-Disposition`; of a repeated one the first counts. */
export function parseParameters(field: string): ReadonlyMap<string, string> {
  const start = field.indexOf(";");
  if (start < 0) return none;
  const parameters = new Map<string, string>();
  for (const [, name, quoted, token = ""] of field.slice(start).matchAll(parameter)) {
    const key = name?.toLowerCase();
    if (key !== undefined && !parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, "$1") ?? token);
  }
  return parameters;
}

/** Whether a body of this type is JSON. Source: RFC 6839, 3.1. */
export function isJsonType({ name }: MediaType): boolean {
  return name === "application/json" || name.endsWith("+json");
}

/** Whether a body of this type is the fields of a form. */
export function isFormType({ name }: MediaType): boolean {
  return name === "application/x-www-form-urlencoded" || name === "multipart/form-data";
}
