/** A block of a requests.http file: a request and the answer that is expected. */
export interface RequestBlock {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly expected: Expected;
}

export interface Expected {
  /** A number, or `closed` when the connection ends without a whole answer. */
  readonly status: number | "closed";
  readonly headers: readonly (readonly [string, string])[];
  /** Not compared when missing. */
  readonly body: string | undefined;
}

const requestLine = /^([A-Z]+) (\/\S*)$/;
const headerLine = /^([A-Za-z0-9-]+):\s*(.*)$/;

/** Reads a whole file. @throws Error naming the block that cannot be read. */
export function parseRequestsFile(text: string): readonly RequestBlock[] {
  const blocks = text
    .split(/^### */m)
    .slice(1)
    .map((block) => parseBlock(block.split(/\r?\n/)));
  if (blocks.length === 0) throw new Error("no block: each begins with ### and a name");
  return blocks;
}

function parseBlock([title = "", ...lines]: readonly string[]): RequestBlock {
  const at = lines.findIndex((line) => line.startsWith(">"));
  if (at < 0) throw new Error(`${title}: no expected answer, a line like "> 200"`);
  const asked = lines.slice(0, at).filter((line, index) => index > 0 || line !== "");
  const [, method, path] = requestLine.exec(asked[0] ?? "") ?? [];
  if (method === undefined || path === undefined) throw new Error(`${title}: "${asked[0]}" is no request line`);
  const { headers, rest } = takeHeaders(asked.slice(1));
  const body = rest.join("\n").trim();
  return {
    title: title.trim(),
    method,
    path,
    headers: Object.fromEntries(headers),
    body: body === "" ? undefined : body,
    expected: parseExpectation(title, lines.slice(at)),
  };
}

function parseExpectation(title: string, lines: readonly string[]): Expected {
  const [first = "", ...more] = lines.filter((line) => line.startsWith(">")).map((line) => line.replace(/^> ?/, ""));
  if (!/^(\d{3}|closed)$/.test(first.trim())) throw new Error(`${title}: "${first}" is no status`);
  const { headers, rest } = takeHeaders(more);
  const body = rest.join("\n").trim();
  const status = first.trim() === "closed" ? "closed" : Number(first);
  return { status, headers, body: body === "" ? undefined : body };
}

function takeHeaders(lines: readonly string[]): { headers: (readonly [string, string])[]; rest: readonly string[] } {
  const headers: (readonly [string, string])[] = [];
  for (const [at, line] of lines.entries()) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return { headers, rest: lines.slice(at) };
    headers.push([name.toLowerCase(), value.trim()]);
  }
  return { headers, rest: [] };
}
