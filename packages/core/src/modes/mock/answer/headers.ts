import { HeaderList } from "../../../headers.ts";
import type { Template } from "../../../template/template.ts";
import type { Path } from "../mistakes.ts";
import type { MockScope } from "../scope.ts";
import { toText } from "../../../template/values.ts";
import type { ReplyContext } from "./reply.ts";

type HeaderOptions = Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;

/** Response headers, compiled. */
export interface ReplyHeaders {
  /** Whether a `content-type` is among them. */
  readonly typed: boolean;
  readonly usesBody: boolean;
  /** The list when no value is templated. */
  readonly constant: HeaderList | undefined;
  /** A list that may be written. */
  make(scope: MockScope): HeaderList;
}

/** RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that follow from the body and are the server's business. */
const reserved = new Set(["content-length", "transfer-encoding"]);

export function compileHeaders(options: HeaderOptions | undefined, path: Path, context: ReplyContext): ReplyHeaders {
  const fixed = HeaderList.from();
  const templated: [name: string, template: Template][] = [];
  const order: [name: string, template: Template][] = [];
  for (const [name, value] of Object.entries(options ?? {})) {
    checkName(name, [...path, name], context);
    for (const [index, item] of listOf(value).entries()) {
      const at = Array.isArray(value) ? [...path, name, index] : [...path, name];
      const template = context.mistakes.attempt(() => context.compileTemplate(item, at));
      if (template === undefined) continue;
      order.push([name, template]);
      if (!template.constant) templated.push([name, template]);
      else fixed.append(name, checkedValue(context.constantOf(template), at, context));
    }
  }
  return {
    typed: order.some(([name]) => name.toLowerCase() === "content-type"),
    usesBody: templated.some(([, template]) => template.usesBody),
    constant: templated.length === 0 ? fixed : undefined,
    make: (scope) => {
      if (templated.length === 0) return fixed.copy();
      const list = HeaderList.from();
      for (const [name, template] of order) append(list, name, template.evaluate(scope));
      return list;
    },
  };
}

/** What a request puts into a header cannot begin another one: control characters go, others outside Latin-1 are percent-encoded. */
function safeHeaderValue(text: string): string {
  return text
    .replace(/[^\t\x20-\x7e\xa0-\xff]/gu, (character) =>
      character.charCodeAt(0) < 256 ? " " : encodeURIComponent(character),
    )
    .trim();
}

function append(list: HeaderList, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  list.append(name, safeHeaderValue(toText(value)));
}

function checkName(name: string, path: Path, { mistakes }: ReplyContext): void {
  if (!token.test(name))
    mistakes.addKey(
      "BW_MOCK_HEADER_INVALID",
      { header: name, problem: "its name has a character that headers cannot have" },
      { path },
    );
  if (reserved.has(name.toLowerCase())) {
    mistakes.addKey(
      "BW_MOCK_HEADER_INVALID",
      { header: name, problem: "the server sets it" },
      { path, hint: "leave it out" },
    );
  }
}

function checkedValue(value: unknown, path: Path, { mistakes }: ReplyContext): string {
  const text = toText(value);
  if (safeHeaderValue(text) !== text.trim()) {
    const problem = "its value has a line break or another character that headers cannot have";
    mistakes.add(
      "BW_MOCK_HEADER_INVALID",
      { header: String(path.findLast((step) => typeof step === "string")), problem },
      { path },
    );
  }
  return safeHeaderValue(text);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  // A single value stands for a list of one.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
