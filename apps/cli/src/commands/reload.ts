import type { ReloadResult } from "@backworks/core";
import { defineCommand } from "../command.ts";
import { askServer } from "../control.ts";
import { exitCodes } from "../exit.ts";
import { describeReload } from "../reloading.ts";

export const reload = defineCommand({
  async run(_args, context) {
    const startedAt = performance.now();
    const { status, body } = await askServer(context.root, { method: "POST", path: "reload" });
    if (status === 200) {
      // what the control listener of the same version answers
      const result = body as ReloadResult;
      context.result(
        { reloaded: result.changed, ...result },
        (paint) => `${paint.green("✓")} ${describeReload(result, { durationMs: performance.now() - startedAt })}`,
      );
      return exitCodes.ok;
    }
    const refused = body as { readonly text?: string; readonly message?: string };
    context.result(
      { reloaded: false, ...refused },
      (paint) =>
        `${refused.text ?? refused.message ?? "the server refused"}\n${paint.yellow("not reloaded:")} the configuration from before serves on`,
    );
    return status === 422 ? exitCodes.invalidConfiguration : exitCodes.failure;
  },
});
