import { Readable } from "node:stream";
import { definePlugin } from "@backworks/core";
import type { BodySource, PluginDefinition, ResponseInit } from "@backworks/core";

/** Answers that are not there as a whole, or not as text, by path: what proxies and other plugins may give. */
const answers: Readonly<Record<string, () => ResponseInit>> = {
  "/contract/stream": () => ({ headers: { "content-type": "text/plain" }, body: Readable.from(["two ", "parts"]) }),
  "/contract/source": () => ({
    headers: { "content-type": "application/json", "content-length": "12" },
    body: sourceOf(['{"source":', "1}"]),
  }),
  "/contract/bytes": () => ({ body: Uint8Array.of(0, 255, 254) }),
  "/contract/nothing": () => ({ status: 204 }),
};

/** Where the answers are. */
export const otherPaths: readonly string[] = Object.keys(answers);

/** A plugin that gives them. */
export const otherAnswers: PluginDefinition = definePlugin({
  name: "contract-answers",
  version: "1.0.0",
  initialize: () => ({
    contributes: {
      handlers: Object.entries(answers).map(([path, handler]) => ({
        name: path.split("/").at(-1) ?? path,
        path,
        handler,
      })),
    },
  }),
});

function sourceOf(parts: readonly string[]): BodySource {
  return {
    start(sink) {
      for (const part of parts) sink.write(Buffer.from(part));
      sink.end([]);
    },
    resume() {},
    cancel() {},
  };
}
