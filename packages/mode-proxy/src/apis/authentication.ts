import type { MaybePromise } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import type { Path } from "../options/mistakes.ts";
import type { AuthenticationOptions } from "../options/apis.ts";
import type { Opening } from "../upstream/build.ts";
import { basicOf } from "./basic.ts";
import { OAuthTokens } from "./oauth-tokens.ts";

/** How requests to an API prove who sends them. */
export interface Authentication {
  /** The header to set; `undefined` for none. May wait for a token. */
  header(signal: AbortSignal | undefined): MaybePromise<ProofHeader | undefined>;
  /** Pairs for the query, in order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Called after a 401, with the header that was sent: whether it is worth asking again, with another token. */
  refused(used: ProofHeader | undefined): boolean;
}

/** Its name is in lower case. */
export type ProofHeader = readonly [name: string, value: string];

interface Reading extends Opening {
  /** Of the API. */
  readonly name: string;
}

/** What `authentication:` says. @throws BW_CONFIG_VARIABLE_MISSING */
export function createAuthentication(options: AuthenticationOptions | undefined, reading: Reading): Authentication {
  if (options === undefined) return fixed(undefined);
  const { hide } = reading.workshop.context;
  const secretOf = (secret: string | undefined, variable: string | undefined, key: string): string => {
    const value = secret ?? read(variable ?? "", [key], reading);
    hide([value]);
    return value;
  };
  switch (options.type) {
    case "bearer":
      return fixed(["authorization", bearer + secretOf(options.token, options.token_env, "token_env")]);
    case "basic": {
      const password = secretOf(options.password, options.password_env, "password_env");
      return fixed(["authorization", basicOf(options.username, password)]);
    }
    case "api_key": {
      const key = secretOf(options.key, options.key_env, "key_env");
      if (options.in === "query") return { ...fixed(undefined), query: [[options.name, key]] };
      return fixed([options.name.toLowerCase(), key]);
    }
    default: {
      const secret = secretOf(options.client_secret, options.client_secret_env, "client_secret_env");
      return byToken(OAuthTokens.of({ ...options, secret }, reading));
    }
  }
}

const bearer = "Bearer ";

function byToken(tokens: OAuthTokens): Authentication {
  return {
    query: [],
    header: async (signal) => ["authorization", bearer + (await tokens.get(signal))],
    refused: (used) => used !== undefined && tokens.refuse(used[1].slice(bearer.length)),
  };
}

function fixed(header: ProofHeader | undefined): Authentication {
  return { header: () => header, query: [], refused: () => false };
}

function read(variable: string, path: Path, { name, workshop }: Reading): string {
  const value = workshop.context.environment[variable];
  if (value !== undefined && value !== "") return value;
  const where = workshop.context.place(["apis", name, "authentication", ...path]);
  const hint = "set it where the server is started, or in .env";
  throw new BackworksError("BW_CONFIG_VARIABLE_MISSING", { name: variable }, { where, hint });
}
