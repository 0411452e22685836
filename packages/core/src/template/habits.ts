/** Names people know from other languages, by the function that does the same. */
const functionsFor: Readonly<Record<string, string>> = {
  capitalize: "title",
  concat: "join",
  date: "date_format",
  default: "coalesce",
  downcase: "lower",
  encodeURIComponent: "url_encode",
  endsWith: "ends_with",
  filter: "filter_by",
  find: "find_by",
  format_date: "date_format",
  from_json: "parse_json",
  includes: "contains",
  json_encode: "json",
  json_parse: "parse_json",
  json_stringify: "json",
  lowercase: "lower",
  map: "map_field",
  padEnd: "pad_end",
  padStart: "pad_start",
  parseFloat: "float",
  parseInt: "int",
  replaceAll: "replace",
  size: "length",
  sort: "sort_by",
  startsWith: "starts_with",
  str: "string",
  stringify: "json",
  substring: "slice",
  toFixed: "round",
  toLowerCase: "lower",
  toString: "string",
  toUpperCase: "upper",
  to_json: "json",
  upcase: "upper",
  uppercase: "upper",
  uuidv4: "random_uuid",
};

/** The function that does what another language does under this name. */
export function functionCalled(name: string): string | undefined {
  return Object.hasOwn(functionsFor, name) ? functionsFor[name] : undefined;
}
