/** A CSV text that is not one: where and why. */
export interface CsvMistake {
  readonly problem: string;
  readonly start: number;
}

/**
 * Reads CSV with a header line into objects of strings.
 *
 * Source: RFC 4180; line breaks may be `\n`, `\r\n` or `\r`, blank lines are skipped.
 */
export function parseCsv(text: string): { rows: Record<string, string>[] } | CsvMistake {
  const records = readRecords(text);
  if ("problem" in records) return records;
  const [header, ...rest] = records.records;
  if (header === undefined) return { rows: [] };
  const names = header.fields.map((name) => name.trim());
  const repeated = names.find((name, index) => name === "" || names.indexOf(name) !== index);
  if (repeated !== undefined) {
    return {
      problem: repeated === "" ? "a column has no name" : `column ${repeated} is there twice`,
      start: header.start,
    };
  }
  const rows: Record<string, string>[] = [];
  for (const { fields, start } of rest) {
    if (fields.length !== names.length) {
      return { problem: `a row has ${fields.length} fields, the header ${names.length}`, start };
    }
    const row = Object.create(null) as Record<string, string>;
    for (const [index, name] of names.entries()) row[name] = fields[index] ?? "";
    rows.push(row);
  }
  return { rows };
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly start: number;
}

const bareField = /[^,"\r\n]*/y;
const lineBreak = /\r\n|\n|\r/y;

function readRecords(text: string): { records: CsvRecord[] } | CsvMistake {
  const records: CsvRecord[] = [];
  let index = 0;
  while (index < text.length) {
    const record = readRecord(text, index);
    if ("problem" in record) return record;
    lineBreak.lastIndex = record.end;
    const end = lineBreak.exec(text);
    if (end === null && record.end < text.length)
      return { problem: "a quote stands inside a field", start: record.end };
    index = record.end + (end?.[0].length ?? 0);
    const blank = record.fields.length === 1 && record.fields[0]?.trim() === "";
    if (!blank) records.push(record);
  }
  return { records };
}

function readRecord(text: string, start: number): (CsvRecord & { readonly end: number }) | CsvMistake {
  const fields: string[] = [];
  let index = start;
  for (;;) {
    const field = readField(text, index);
    if ("problem" in field) return field;
    fields.push(field.value);
    if (text[field.end] !== ",") return { fields, start, end: field.end };
    index = field.end + 1;
  }
}

function readField(text: string, start: number): { value: string; end: number } | CsvMistake {
  if (text[start] !== '"') {
    bareField.lastIndex = start;
    const value = bareField.exec(text)?.[0] ?? "";
    return { value, end: start + value.length };
  }
  let value = "";
  let index = start + 1;
  for (;;) {
    const close = text.indexOf('"', index);
    if (close < 0) return { problem: "a quote is not closed", start };
    value += text.slice(index, close);
    if (text[close + 1] !== '"') return { value, end: close + 1 };
    value += '"';
    index = close + 2;
  }
}
