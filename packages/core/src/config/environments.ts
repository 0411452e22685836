import { BackworksError } from "../errors.ts";
import { without } from "./layers.ts";
import { overlay } from "./merge.ts";
import type { Entry, MappingNode, Node } from "./node.ts";
import { entryOf, placeOf } from "./node.ts";
import { placeAt } from "./place.ts";
import { found } from "./wording.ts";
import { suggest } from "../suggest.ts";
import type { OtherEnvironment } from "./tree.ts";

/** Lays the chosen section of `environments:` over the rest and takes `environments:` away. */
export function applyEnvironment(
  root: MappingNode,
  options: EnvironmentOptions,
  errors: BackworksError[],
): MappingNode {
  const section = root.entries.get("environments");
  const rest = without(root, ["environments"]);
  const name = chosenEnvironment(options);
  if (section !== undefined) errors.push(...mistakesOf(section.value));
  if (name === undefined) return rest;
  const chosen = entryOf(section?.value, name);
  if (chosen?.value.kind === "mapping") return overlay(rest, without(chosen.value, notHere));
  // BACKWORKS_ENV may be set for the machine; a configuration without environments is the same in all of them.
  if (section === undefined && options.environment === undefined) return rest;
  if (chosen === undefined) errors.push(unknownEnvironment(name, root, section));
  return rest;
}

/** What the configuration would be in each environment that was not chosen. */
export function otherEnvironments(root: MappingNode, chosen: string | undefined): OtherEnvironment[] {
  const sections = root.entries.get("environments")?.value;
  if (sections?.kind !== "mapping") return [];
  const rest = without(root, ["environments"]);
  return [...sections.entries].flatMap(([name, { value: section }]) => {
    if (name === chosen || section.kind !== "mapping") return [];
    return [{ tree: overlay(rest, without(section, notHere)), section }];
  });
}

/** The environment asked for. */
export function chosenEnvironment(options: EnvironmentOptions): string | undefined {
  return options.environment ?? nonEmpty(options.env["BACKWORKS_ENV"]);
}

export interface EnvironmentOptions {
  readonly environment?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

function unknownEnvironment(name: string, root: MappingNode, section: Entry | undefined): BackworksError {
  const there = section?.value.kind === "mapping" ? [...section.value.entries.keys()] : [];
  const near = suggest(name, there);
  const hint =
    near !== undefined ? `did you mean ${near}?` : `there is ${there.length === 0 ? "none" : there.join(", ")}`;
  const where = section === undefined ? placeAt(root.source, 0) : placeOf(section.key);
  return new BackworksError("BW_CONFIG_ENVIRONMENT_UNKNOWN", { name }, { where, hint });
}

const notHere = ["extends", "include", "environments"];

function mistakesOf(section: Node): BackworksError[] {
  if (section.kind !== "mapping") {
    const details = { path: "environments", expected: "a mapping of environments", found: found(section) };
    return [new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(section) })];
  }
  return [...section.entries].flatMap(([name, { value }]) => mistakesOfOne(name, value));
}

function mistakesOfOne(name: string, value: Node): BackworksError[] {
  const path = `environments.${name}`;
  if (value.kind !== "mapping") {
    if (value.kind === "scalar" && value.value === null) return [];
    const details = { path, expected: "a mapping", found: found(value) };
    return [new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(value) })];
  }
  return notHere.flatMap((key) => {
    const entry = value.entries.get(key);
    if (entry === undefined) return [];
    const hint = `${key} stands at the top of the file`;
    return [new BackworksError("BW_CONFIG_UNKNOWN_KEY", { key, path }, { where: placeOf(entry.key), hint })];
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
