import type { StandardSchema } from "@backworks/core";
import {
  defaultsFinding,
  descriptionsFinding,
  mutationFinding,
  refusalFinding,
  unknownFinding,
  usedDefaultsFinding,
} from "../../schema-findings.ts";
import { NotJudged } from "../../check.ts";
import { valueText } from "../../value-text.ts";
import type { Scenes } from "../scenes.ts";
import type { PluginRule } from "./rule.ts";

/** What the schemas of options say and refuse. */
export const optionRules: readonly PluginRule[] = [
  {
    name: "options: takes those the contract is given",
    sentence: "The options of the test are accepted, or nothing else can be tried.",
    async judge({ subject: { plugin, options, otherOptions } }) {
      for (const given of [options, otherOptions]) {
        const result = await plugin.options?.["~standard"].validate(structuredClone(given));
        if (result?.issues === undefined) continue;
        const found = `${valueText(given)} is refused: ${valueText(result.issues[0]?.message)}`;
        return { found, mend: "give pluginContract options that are right, as options and otherOptions" };
      }
      return undefined;
    },
  },
  ...both("describes every one", "The reference, editors and backworks plugins info show the description.", (schema) =>
    descriptionsFinding(schema),
  ),
  ...both(
    "has a default for each that may be absent",
    "A default stands in the schema, where people and tools can read it.",
    (schema, scenes) => defaultsFinding(schema, scenes.subject.withoutDefault),
  ),
  {
    name: "options: defaults are what is used",
    sentence: "A default that is described is the value the plugin gets.",
    judge: async (scenes) => usedDefaultsFinding(schemaOf(scenes, "options"), scenes.subject.options),
  },
  ...both("refuses unknown ones and names them", "A misspelled option is never ignored.", async (schema, scenes, key) =>
    unknownFinding(schema, key === "options" ? scenes.subject.options : (scenes.subject.endpointOptions ?? {})),
  ),
  ...both(
    "refuses what is no mapping without throwing",
    "A schema says what is wrong; one that throws says it to nobody.",
    async (schema) => refusalFinding(schema),
  ),
  {
    name: "options: leaves what it checks as it is",
    sentence: "A schema gives a new value; the one it was given belongs to the configuration.",
    judge: async (scenes) => mutationFinding(schemaOf(scenes, "options"), scenes.subject.options),
  },
];

type SchemaKey = "options" | "endpointOptions";
type Judge = (schema: StandardSchema, scenes: Scenes, key: SchemaKey) => ReturnType<PluginRule["judge"]>;

/** The same for the options of the plugin and of an endpoint. */
function both(what: string, sentence: string, judge: Judge): readonly PluginRule[] {
  const names: readonly (readonly [SchemaKey, string])[] = [
    ["options", "options"],
    ["endpointOptions", "options of an endpoint"],
  ];
  return names.map(([key, name]) => ({
    name: `${name}: ${what}`,
    sentence,
    judge: (scenes) => judge(schemaOf(scenes, key), scenes, key),
  }));
}

function schemaOf({ subject: { plugin } }: Scenes, key: SchemaKey): StandardSchema {
  const schema = plugin[key];
  if (schema === undefined) throw new NotJudged(`it has no ${key}`);
  return schema;
}
