/** The options of a plugin as a table in Markdown, from its JSON Schema. */
export function optionsTable(plugin) {
  const schema = plugin.options["~standard"].jsonSchema.input({ target: "draft-07" });
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const value = "default" in property ? `\`${JSON.stringify(property.default)}\`` : "required";
    return `| \`${name}\` | ${typeOf(property)} | ${value} | ${property.description ?? ""} |`;
  });
  return ["| option | type | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function typeOf({ type, enum: words, items }) {
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(" or ");
  return type === "array" ? `list of ${items?.type ?? "values"}` : (type ?? "any");
}
