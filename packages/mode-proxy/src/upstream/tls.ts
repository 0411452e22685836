import { createSecureContext } from "node:tls";
import type { Place, ProjectFiles } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import type { Path } from "../options/mistakes.ts";
import type { TlsOptions } from "../options/target.ts";
import type { TargetTls } from "./target.ts";

interface Reading {
  readonly files: ProjectFiles;
  /** Of the `tls:` block. */
  readonly path: Path;
  place(path: Path): Place;
}

/** Reads what `tls:` names. @throws BW_FILE_MISSING, BW_FILE_OUTSIDE, BW_UPSTREAM_TLS_INVALID */
export function readTls(options: TlsOptions | undefined, upstream: string, reading: Reading): TargetTls | undefined {
  if (options === undefined) return undefined;
  const { files, path, place } = reading;
  const read = (key: "ca" | "cert" | "key"): string | undefined => {
    const file = options[key];
    return file === undefined ? undefined : files.readText(file, place([...path, key]));
  };
  const tls: TargetTls = {
    ca: read("ca"),
    cert: read("cert"),
    key: read("key"),
    servername: options.servername,
    rejectUnauthorized: options.verify,
  };
  try {
    if (tls.ca !== undefined && !/-----BEGIN (?:TRUSTED )?CERTIFICATE-----/.test(tls.ca))
      throw new Error("ca holds no certificate");
    createSecureContext({ ca: tls.ca, cert: tls.cert, key: tls.key });
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BackworksError("BW_UPSTREAM_TLS_INVALID", { upstream, problem }, { where: place(path), cause });
  }
  return tls;
}
