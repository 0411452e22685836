import { BackworksError } from "../../errors.ts";
import { HeaderList } from "../../headers.ts";
import type { Answer } from "./wire.ts";

/** Status and headers that a handler gave, fit to be sent. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
}

const mostHeaders = 200;
const mostHeaderCharacters = 65_536;
/** Source: RFC 9110, 5.6.2 and 5.5. */
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const badValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Looks at an answer as one does at what strangers send. @throws BW_RUNTIME_ANSWER */
export function toHead({ status, headers }: Pick<Answer, "status" | "headers">, endpoint: string): ResponseHead {
  try {
    if (!Number.isInteger(status) || status < 200 || status > 599) refuse(`status ${status} is none from 200 to 599`);
    return { status, headers: toHeaders(headers ?? {}) };
  } catch (error) {
    throw new BackworksError("BW_RUNTIME_ANSWER", { endpoint, problem: (error as Error).message });
  }
}

function refuse(problem: string): never {
  throw new TypeError(problem);
}

function toHeaders(given: Answer["headers"]): HeaderList {
  if (typeof given !== "object" || Array.isArray(given)) refuse("headers are not an object");
  const headers = HeaderList.from();
  let count = 0;
  let characters = 0;
  for (const [name, values] of Object.entries(given)) {
    if (!headerName.test(name)) refuse(`a header has the name ${JSON.stringify(name.slice(0, 60))}`);
    for (const value of Array.isArray(values) ? values : [values]) {
      const text = toValue(name, value);
      count += 1;
      characters += name.length + text.length;
      if (count > mostHeaders) refuse(`it has more than ${mostHeaders} headers`);
      if (characters > mostHeaderCharacters) refuse("its headers are more than 64 KiB");
      headers.append(name, text);
    }
  }
  return headers;
}

function toValue(name: string, value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  return text === undefined || badValue.test(text) ? refuse(`header ${name} has a value that cannot be sent`) : text;
}
