import type { Logger, UpstreamObserver } from "@backworks/core";
import type { UpstreamExtension } from "./extension.ts";
import { guardExtension } from "./guard-extension.ts";

/** A guarded extension, or none, with which an observer is told of every attempt too. */
export function withObserver(
  extension: UpstreamExtension | undefined,
  observer: UpstreamObserver | undefined,
  logger: Logger,
): UpstreamExtension | undefined {
  if (observer === undefined) return extension;
  const told = guardExtension(
    {
      report: (upstream, target, { method, ...outcome }) => observer.attempted({ upstream, target, method, outcome }),
    },
    logger,
  );
  const { report } = extension ?? {};
  return {
    ...extension,
    report(upstream, target, attempt) {
      report?.(upstream, target, attempt);
      told.report?.(upstream, target, attempt);
    },
  };
}
