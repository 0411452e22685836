import { BackworksError } from "../errors.ts";
import { checkOthers } from "./check-others.ts";
import { checkRoot } from "./check-root.ts";
import type { CheckOptions } from "./check-root.ts";
import { createChecker } from "./checker.ts";
import type { Config, RawConfig } from "./config.ts";
import { withoutConsequences } from "./consequences.ts";
import { createHomes } from "./known-homes.ts";
import { compareErrors } from "./order.ts";
import { treeOf } from "./tree.ts";

/** Checks a configuration against the schemas of core, modes and plugins. @throws BW_CONFIG_INVALID with every mistake */
export async function checkConfig(raw: RawConfig, options: CheckOptions): Promise<Config> {
  const checker = createChecker(raw, createHomes(options.modes));
  const config = raw.value === undefined ? undefined : await checkRoot(checker, options);
  const { incomplete, others } = treeOf(raw);
  const found = withoutConsequences(checker.errors, { modes: options.modes, incomplete });
  const elsewhere = await checkOthers(raw, others, options);
  const errors = [...raw.errors, ...found, ...elsewhere].sort(compareErrors(raw.sources));
  if (errors.length === 0 && config !== undefined) return config;
  const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
  const where = errors[0]?.where;
  throw new BackworksError("BW_CONFIG_INVALID", { count, file: raw.file }, { where, errors });
}
