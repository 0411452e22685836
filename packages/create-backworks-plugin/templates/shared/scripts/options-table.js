/** The options of a plugin as Markdown, from their JSON Schemas: those of the plugin, then those of an endpoint. */
export function optionsTable({ name, options, endpointOptions }) {
  const own = tableOf(options) ?? "It has none.";
  const ofEndpoint = tableOf(endpointOptions);
  if (ofEndpoint === undefined) return own;
  return `${own}\n\nOf one endpoint, below \`endpoints.<name>.${name}\`:\n\n${ofEndpoint}`;
}

function tableOf(schema) {
  const rows = rowsOf(schema?.["~standard"].jsonSchema.input({ target: "draft-07" }) ?? {}, "");
  if (rows.length === 0) return undefined;
  return ["| option | type | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function rowsOf({ properties = {}, required = [] }, above) {
  return Object.entries(properties).flatMap(([key, property]) => {
    const name = above + key;
    const missing = required.includes(key) ? "required" : "none";
    const value = "default" in property ? `\`${JSON.stringify(property.default)}\`` : missing;
    return [row([`\`${name}\``, typeOf(property), value, property.description ?? ""]), ...below(property, name)];
  });
}

/** Options inside of an option, also where it is a list or a mapping with names of its user. */
function below(property, name) {
  const { items = {}, additionalProperties } = property;
  const named = typeof additionalProperties === "object" ? additionalProperties : {};
  return [...rowsOf(property, `${name}.`), ...rowsOf(items, `${name}[].`), ...rowsOf(named, `${name}.<name>.`)];
}

function row(cells) {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function typeOf({ type, enum: words, const: word, items, anyOf, oneOf }) {
  const forms = anyOf ?? oneOf;
  if (forms !== undefined) return [...new Set(forms.map(typeOf))].join(" or ");
  if (word !== undefined) return JSON.stringify(word);
  if (words !== undefined) return words.map((one) => JSON.stringify(one)).join(" or ");
  if (type === "array") return `list of ${items === undefined ? "values" : typeOf(items)}`;
  return [type ?? "any"].flat().join(" or ");
}
