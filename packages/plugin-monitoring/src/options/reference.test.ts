import { join } from "node:path";
import { describe } from "@jest/globals";
import { keepsReference, listSections, writeReference } from "../../test/options-reference.ts";

const page = join(import.meta.dirname, "../../../../docs/reference/monitoring.md");

describe("the reference of the options", () => {
  keepsReference({ page, listSections, writeReference, more: 12 });
});
