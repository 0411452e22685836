import type { Clock, Random, Scheduler } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { Mode } from "../mode.ts";
import type { RateLimit } from "../model/app.ts";
import type { PluginDefinition } from "../plugin.ts";

/** How lines of the log look. */
export interface LogStyle {
  /** The format that `logging.format` may set otherwise. */
  readonly format?: "json" | "pretty" | undefined;
  /** Whether lines for people have colours. */
  readonly color?: boolean | undefined;
}

/** How a configuration is found and opened. Everything is optional. */
export interface OpenOptions {
  /**
   * File or folder that holds the configuration, or the configuration itself as an object.
   *
   * @defaultValue `backworks.yaml`, `backworks.yml` or `project.yaml` in `cwd`
   */
  readonly config?: string | object | undefined;
  /** The configuration as YAML text, instead of `config`. */
  readonly text?: string | undefined;
  /** Folder that relative names start from. @defaultValue the folder of the process */
  readonly cwd?: string | undefined;
  /** Section of `environments:` to use. @defaultValue the variable BACKWORKS_ENV */
  readonly environment?: string | undefined;
  /** Explain misses and failures to the client, log for people. @defaultValue false */
  readonly development?: boolean | undefined;
  /** Plugins given as values, for those that the configuration enables by name; nothing is searched for them. */
  readonly plugins?: readonly PluginDefinition[] | undefined;
  /** Modes given as values, besides those of core, of plugins and of installed packages. */
  readonly modes?: readonly Mode[] | undefined;
  /** Gets everything that would be logged, requests included. @defaultValue what `logging:` says */
  readonly logger?: Logger | undefined;
  /** How the log is written where `logging:` leaves it open. @defaultValue for people in development, otherwise JSON; colours on a terminal */
  readonly log?: LogStyle | undefined;
  /** Process environment. @defaultValue process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folders after the project in which plugin and mode packages are looked for. */
  readonly searchFrom?: readonly string[] | undefined;
  /** How often a client may ask where the configuration has no `rate_limit`. @defaultValue as often as it wants */
  readonly rateLimit?: Pick<RateLimit, "requestsPerMinute" | "burst"> | undefined;
  /** For tests. @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** For tests. @defaultValue the machine's timers */
  readonly scheduler?: Scheduler | undefined;
  /** For tests. @defaultValue Math.random; the root key `seed` wins */
  readonly random?: Random | undefined;
  /** Whether stray errors of plugins may be survived, because the process serves nothing but this. @defaultValue false */
  readonly ownsProcess?: boolean | undefined;
}

/** The format of the log, where the configuration does not say. */
export function logFormatOf({ log, development }: Pick<OpenOptions, "log" | "development">): "json" | "pretty" {
  return log?.format ?? (development === true ? "pretty" : "json");
}
