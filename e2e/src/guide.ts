import { readFileSync } from "node:fs";
import { fileOf, readFences } from "./markdown.ts";
import type { Fence } from "./markdown.ts";
import { openSession, runSteps } from "./session.ts";
import type { Session } from "./session.ts";
import type { Workspace } from "./workspace.ts";

/** Documents that are one way from their first line to their last: each block goes on where the one before ended. They install and publish. */
export const guides: readonly string[] = ["docs/plugins/write-a-plugin.md"];

/** Languages that a guide cannot show without doing something with them. */
const tried = new Set(["js", "ts", "json", "yaml"]);

/**
 * Follows a guide in an empty folder; what is not as shown, up to the first problem: what follows depends on it.
 *
 * `env` is that of the reader's terminal.
 */
export async function followGuide(
  file: string,
  workspace: Workspace,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  await using session = openSession(workspace, env, { strict: true, timeoutMs: 240_000 });
  for (const fence of readFences(readFileSync(file, "utf8"))) {
    const problems = await follow(fence, { workspace, session });
    if (problems.length > 0) return problems.map((problem) => `line ${fence.line}: ${problem}`);
  }
  return [];
}

async function follow(
  fence: Fence,
  { workspace, session }: { readonly workspace: Workspace; readonly session: Session },
): Promise<readonly string[]> {
  const name = fileOf(fence);
  if (name !== undefined) workspace.write(name, fence.text);
  else if (fence.language === "console") return runSteps(fence.text, session);
  else if (tried.has(fence.language)) return ["say with file= where it is written"];
  return [];
}
