import { resolve } from "node:path";
import { BackworksError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import type { EndpointSource, ModeContext } from "../../mode.ts";
import { suggest } from "../../suggest.ts";
import { parseDurationMs, parseSizeBytes } from "../../units.ts";
import { namesFile, readCode } from "./code.ts";
import type { Guardian } from "./guests/guardian.ts";
import { commandLanguage } from "./command-language.ts";
import { splitCommand } from "./command-line.ts";
import { languages } from "./languages/index.ts";
import type { Language, Launch } from "./language.ts";
import type { Isolation, RuntimeOptions, RuntimesOptions } from "./options.ts";

/** What handlers of an App are launched with. */
export interface LaunchWorld {
  readonly context: ModeContext;
  readonly runtimes: RuntimesOptions;
  readonly guardian: Guardian;
}

/** A language with everything it needs to run an endpoint's handler. */
export interface Prepared {
  readonly language: Language;
  readonly launch: Launch;
}

/** @throws BW_RUNTIME_LANGUAGE, BW_RUNTIME_OPTION, BW_FILE_MISSING, BW_FILE_OUTSIDE */
export function prepareLaunch(endpoint: EndpointSource, options: RuntimeOptions, world: LaunchWorld): Prepared {
  const { context, runtimes, guardian } = world;
  const handler = options.handler.replaceAll("$${", "${");
  const language = chooseLanguage(endpoint, { ...options, handler }, runtimes);
  const isolation = chooseIsolation(endpoint, options, language);
  const own = runtimes[language.name];
  const environment = { ...texts(own?.environment ?? {}), ...texts(options.environment) };
  const { root } = endpoint.files;
  const launch: Launch = {
    orders: {
      endpoint: endpoint.name,
      handler: readCode(handler, endpoint, placeOf(endpoint, "handler")),
      environment,
      apis: options.apis,
      databases: options.databases,
      guarded: false,
    },
    isolation,
    command: own && splitCommand(own.command.replaceAll("$${", "${")),
    folder: resolve(root, own?.working_dir ?? "."),
    root,
    environment: { ...basicEnvironment(), ...environment },
    ...limitsOf(options),
    guardian,
    clock: context.clock,
    scheduler: context.scheduler,
    logger: context.logger.child({ endpoint: endpoint.name }),
    refuse: refusalsOf(endpoint),
  };
  return { language, launch };
}

/** Checked by the schema. */
function limitsOf(options: RuntimeOptions): Pick<Launch, "memoryBytes" | "timeoutMs" | "concurrency"> {
  const { memory_limit: memory, timeout, concurrency } = options;
  return { memoryBytes: parseSizeBytes(memory) ?? 0, timeoutMs: parseDurationMs(timeout) ?? 0, concurrency };
}

function chooseIsolation(
  endpoint: EndpointSource,
  { isolation }: RuntimeOptions,
  { name, isolations }: Language,
): Isolation {
  const [usual = "process"] = isolations;
  if (isolation === undefined || isolations.includes(isolation)) return isolation ?? usual;
  const problem = `${name} cannot run in isolation ${isolation}`;
  const hint = `it runs in ${isolations.join(" or ")}`;
  throw refusalsOf(endpoint)("BW_RUNTIME_OPTION", { problem }, { key: "isolation", hint });
}

/** Where an option stands; the short form is the handler itself. */
export function placeOf(endpoint: EndpointSource, key: string): ReturnType<EndpointSource["place"]> {
  return typeof endpoint.values["runtime"] === "string"
    ? endpoint.place(["runtime"])
    : endpoint.place(["runtime", key]);
}

function refusalsOf(endpoint: EndpointSource): Launch["refuse"] {
  return (code: ErrorCode, details, { key, hint }) => {
    const values = endpoint.values["runtime"];
    const written = typeof values === "object" && values !== null && key in values ? key : "handler";
    return new BackworksError(code, details, { where: placeOf(endpoint, written), hint });
  };
}

function chooseLanguage(
  endpoint: EndpointSource,
  { language, handler }: RuntimeOptions,
  runtimes: RuntimesOptions,
): Language {
  const known = new Map(languages.map((each) => [each.name, each]));
  for (const name of Object.keys(runtimes)) if (!known.has(name)) known.set(name, commandLanguage(name));
  if (language !== undefined) {
    const found = known.get(language);
    if (found !== undefined) return found;
    const near = suggest(language, [...known.keys()]);
    const hint =
      near === undefined
        ? `known are ${[...known.keys()].join(", ")}; another is named under runtimes: with its command`
        : `did you mean ${near}?`;
    throw new BackworksError("BW_RUNTIME_LANGUAGE", { language }, { where: placeOf(endpoint, "language"), hint });
  }
  if (!namesFile(handler)) return languages[0] as Language;
  const found = languages.find(({ endings }) => endings.some((ending) => handler.endsWith(ending)));
  if (found !== undefined) return found;
  const hint = `write language:, one of ${[...known.keys()].join(", ")}`;
  throw new BackworksError(
    "BW_RUNTIME_LANGUAGE",
    { language: `of ${handler}` },
    { where: placeOf(endpoint, "handler"), hint },
  );
}

/** What every program needs to find itself, and nothing that anybody would keep secret. */
const basics = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SYSTEMROOT",
  "PATHEXT",
  "WINDIR",
];

function basicEnvironment(): Record<string, string> {
  return Object.fromEntries(
    basics.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function texts(variables: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(value).replaceAll("$${", "${")]),
  );
}
