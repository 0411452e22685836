import { BackworksError } from "@backworks/core";
import type { MockEndpoint } from "./mock-endpoint.ts";
import type { Target } from "./target.ts";

/** Refuses fields whose names cannot be those of columns. @throws BW_CLI_EVOLVE */
export function checkColumnNames({ name }: MockEndpoint, columns: readonly string[], { options }: Target): void {
  const refuse = (problem: string): BackworksError =>
    new BackworksError("BW_CLI_EVOLVE", { endpoint: name, problem }, { hint: "give the field another name" });
  for (const column of columns)
    if (column === "" || /[.`"\\]| as /i.test(column))
      throw refuse(`its field ${JSON.stringify(column)} has a name that no column can have`);
  if (options["type"] === "postgresql") return;
  const seen = new Map<string, string>();
  for (const column of columns) {
    const twin = seen.get(column.toLowerCase());
    if (twin !== undefined)
      throw refuse(`its fields ${twin} and ${column} are one column to a database of type ${String(options["type"])}`);
    seen.set(column.toLowerCase(), column);
  }
}
