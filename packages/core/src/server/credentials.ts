import type { SecureContextOptions } from "node:tls";
import type { Config } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import type { ProjectFiles } from "../mode.ts";
import type { TlsSettings } from "../model/app.ts";
import { identityOf } from "../model/identity.ts";

/** What a listener needs for TLS. Never part of an App: whoever is shown one must not see keys. */
export interface Credentials {
  /** What Node takes. */
  readonly context: SecureContextOptions;
  /** What everybody may see. */
  readonly settings: TlsSettings;
}

/**
 * Reads the files of `server.tls` and tries them; `undefined` for plain HTTP.
 *
 * @throws BW_FILE_MISSING, BW_FILE_OUTSIDE, BW_TLS_INVALID
 */
export async function readCredentials({ server, raw }: Config, files: ProjectFiles): Promise<Credentials | undefined> {
  const { tls } = server;
  if (tls === undefined) return undefined;
  const read = (key: "cert" | "key" | "ca"): Buffer | undefined => {
    const file = tls[key];
    return file === undefined ? undefined : Buffer.from(files.readBytes(file, raw.place(["server", "tls", key])));
  };
  const context = {
    cert: read("cert"),
    key: read("key"),
    ca: read("ca"),
    passphrase: tls.passphrase,
    minVersion: tls.min_version,
  };
  // Plain HTTP is what most start with.
  const { createSecureContext } = await import("node:tls");
  try {
    createSecureContext(context);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BackworksError("BW_TLS_INVALID", { problem }, { where: raw.keyPlace(["server", "tls"]), cause });
  }
  const { cert, key, ca, passphrase } = context;
  const identity = identityOf([cert, key, ca, passphrase].map((part) => part?.toString("base64")));
  const settings = Object.freeze({ minVersion: tls.min_version, mutual: ca !== undefined, identity });
  return { context, settings };
}
