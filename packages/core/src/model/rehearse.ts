import type { Config, EndpointSection } from "../config/config.ts";
import type { BackworksError } from "../errors.ts";
import type { Mode } from "../mode.ts";
import type { Pace } from "../pace.ts";
import { createResourcePool } from "../resource-pool.ts";
import { createParts, releaseParts } from "./app-parts.ts";
import type { AppParts } from "./app-parts.ts";
import { noHooks } from "./built-in.ts";
import { compileEndpoints, factsOf } from "./compile.ts";
import { Mistakes } from "./mistakes.ts";
import type { SharedContext } from "./open-modes.ts";
import { createClaims } from "./routes.ts";
import type { RouteContext } from "./routes.ts";
import { defaultLimits, toSaidLimits, toServerSettings } from "./settings.ts";
import type { CompileValidation } from "./validation.ts";

/** What a rehearsal has, in the place of what plugins would bring. */
export interface RehearsalParts {
  readonly development: boolean;
  /** By name; every mode in use among them. */
  readonly modes: ReadonlyMap<string, Mode>;
  readonly context: Pick<
    SharedContext,
    "files" | "clock" | "scheduler" | "random" | "logger" | "templateSettings" | "createTemplates"
  >;
  readonly pace: Pace;
  /** Of the App that serves meanwhile: with what did not change nothing is wrong. */
  readonly before: AppParts | undefined;
  readonly compileValidation: CompileValidation;
  /** Whether endpoints with mistakes were left out, so that what spans endpoints cannot be told. */
  readonly leftOut: boolean;
  /** Those of them of which enough is right to be compiled. @defaultValue [] */
  readonly salvaged?: readonly EndpointSection[] | undefined;
}

/**
 * Compiles the endpoints of a configuration that will not be served, for the mistakes that show only then.
 *
 * Plugins take no part, and what may be right with them is no mistake. Everything that was opened is closed again.
 */
export async function rehearse(config: Config, parts: RehearsalParts): Promise<readonly BackworksError[]> {
  const found = await rehearseEndpoints(config, parts);
  const rest = { ...config, endpoints: parts.salvaged ?? [] };
  const inRest = await rehearseEndpoints(rest, { ...parts, leftOut: true });
  return [...found, ...inRest.filter(isWrongByItself)].filter((error) => !isDoubtful(error, config, parts.modes));
}

async function rehearseEndpoints(config: Config, parts: RehearsalParts): Promise<readonly BackworksError[]> {
  // The configuration is refused anyway; what fails otherwise shows once it is right.
  const mistakes = new Mistakes({ keepsOn: true });
  const { raw } = config;
  const context: RouteContext = {
    raw,
    claim: createClaims(),
    findHooks: () => noHooks,
    findLimit: () => null,
    mistakes,
    limits: defaultLimits(toServerSettings(config)),
    saidLimits: toSaidLimits(config),
    logsBody: false,
  };
  const shared: SharedContext = {
    ...parts.context,
    app: factsOf(config, parts),
    environment: raw.environment,
    templateFunctions: new Map(),
    services: new Map(),
    pool: createResourcePool(),
    hide() {},
  };
  const own = createParts();
  // What modes hold belongs to those who serve.
  const before = parts.before && { ...parts.before, modes: new Map() };
  const compiling = { ...parts, shared, before, onlyMistakes: true };
  await mistakes.collect(() => compileEndpoints(config, compiling, { own, context }));
  await releaseParts(own, parts.pace).catch(() => {});
  return mistakes.all;
}

/** Whether something is a mistake whatever stands beside it: an expression, a file, a word that is not known, a pattern. */
function isWrongByItself({ code }: BackworksError): boolean {
  return /^BW_(?:TEMPLATE|FILE|SCHEMA)_|_(?:UNKNOWN|INVALID)$|^BW_MOCK_OPERATOR_/.test(code);
}

/** Whether something is a mistake only because plugins take no part, or because a root key is wrong. */
function isDoubtful(
  { code, details }: BackworksError,
  { raw, modeValues }: Config,
  modes: RehearsalParts["modes"],
): boolean {
  // A plugin names its functions when it is initialized; those of an object are ours.
  if (code === "BW_TEMPLATE_UNKNOWN_FUNCTION") return raw.plugins.length > 0 && !String(details["name"]).includes(".");
  if (code === "BW_SERVICE_MISSING") return raw.plugins.length > 0;
  if (code !== "BW_TEMPLATE_ENVIRONMENT") return false;
  const said = raw.value as Readonly<Record<string, unknown>>;
  const keys = [...modes.values()].flatMap(({ rootKeys = {} }) => Object.keys(rootKeys));
  return keys.some((key) => key in said && !(key in modeValues));
}
