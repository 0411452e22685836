import type { Clock, Random } from "../clock.ts";
import type { BackworksRequest, Exchange } from "../exchange.ts";
import type { ModeContext, ModeTemplate, ModeTemplates } from "../mode.ts";
import { compileTemplate } from "./compile.ts";
import { noScope } from "./run.ts";
import type { ResourceAccess, Scope, StateAccess, TemplateOptions } from "./template.ts";

/** What a configuration says of all templates. */
export type TemplateSettings = Pick<TemplateOptions, "strict" | "exposeEnvironment">;

/** Where the templates of a mode get everything else from. */
export type TemplateSources = Pick<
  ModeContext,
  "app" | "files" | "clock" | "random" | "logger" | "environment" | "templateFunctions"
>;

/** Templates for a mode that keeps no state between requests. */
export function createModeTemplates(sources: TemplateSources, settings: TemplateSettings): ModeTemplates {
  const { app, logger, environment, templateFunctions } = sources;
  return {
    compile(value, { place, files = sources.files, parameters, encode }) {
      const template = compileTemplate(value, {
        ...settings,
        place,
        files,
        parameters,
        environment,
        logger,
        withheld,
        // Every scope of these templates is one of ours.
        encode: encode && ((part, scope) => encode(part, (scope as ModeScope).exchange)),
        functions: templateFunctions,
        development: app.development,
      });
      const since = sources.clock.now();
      return {
        constant: template.constant,
        usesBody: template.usesBody,
        evaluate: template.constant
          ? () => template.evaluate(noScope)
          : (exchange) => template.evaluate(new ModeScope(exchange, sources, since)),
      } satisfies ModeTemplate;
    },
  };
}

/** What belongs to mock mode. */
const withheld: ReadonlySet<string> = new Set(["state", "session", "mock", "count", "resource"]);

/** One request as a template sees it that is not part of a mock. */
class ModeScope implements Scope {
  readonly exchange: Exchange;
  readonly request: BackworksRequest;
  readonly requestId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly count = 0;
  readonly data = undefined;
  readonly #since: number;

  constructor(exchange: Exchange, { clock, random }: TemplateSources, since: number) {
    this.exchange = exchange;
    this.request = exchange.request;
    this.requestId = exchange.id;
    this.clock = clock;
    this.random = random;
    this.#since = since;
  }

  get uptimeMs(): number {
    return this.clock.now() - this.#since;
  }

  get session(): { readonly id: string } {
    throw unreachable();
  }

  get state(): StateAccess {
    throw unreachable();
  }

  get resources(): ResourceAccess {
    throw unreachable();
  }
}

function unreachable(): TypeError {
  return new TypeError("a template that names what belongs to mock mode was compiled for another");
}
