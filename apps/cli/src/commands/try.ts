import { BackworksError, isBackworksError } from "@backworks/core";
import type { IncomingAnswer, OpenApp } from "@backworks/core";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";
import type { Paint } from "../paint.ts";
import { openingOptions, openProject } from "../opening.ts";
import { requestOptions, requestPositionals, toRequest } from "../request.ts";
import type { GivenRequest } from "../request.ts";

export const tryRequest = defineCommand({
  positionals: requestPositionals,
  options: {
    ...requestOptions,
    timeout: { type: "number", requiresArg: true, default: 30, describe: "Seconds to wait for the answer" },
    ...openingOptions,
  },
  examples: [
    ["backworks try GET /users?page=2", ""],
    ['backworks try POST /users -d \'{"name":"Ada"}\'', ""],
    ["backworks try GET /users --quiet | jq .", "the body only"],
  ],
  async run(args, context) {
    const request = toRequest(args, context.cwd);
    checkTimeout(args.timeout);
    const opened = await openProject(context, args, { development: true });
    const { status, headers, body } = await answerOf(opened, request, args.timeout);
    const text = new TextDecoder().decode(body);
    const value = parseJson(text);
    context.result({ status, headers, body: value === undefined ? text : value }, (paint) => {
      const shown = pretty(text, paint.enabled);
      return context.quiet ? shown : [head(status, headers, paint), shown].filter((part) => part !== "").join("\n\n");
    });
    return exitCodes.ok;
  },
});

/** What a timer can hold is a good 24 days. */
const longestSeconds = 2_000_000;

/** @throws BW_CLI_USAGE */
function checkTimeout(seconds: number): void {
  if (seconds > 0 && seconds <= longestSeconds) return;
  const problem = `--timeout must be a number of seconds above 0, ${longestSeconds} at most, not ${seconds}`;
  throw new BackworksError("BW_CLI_USAGE", { problem });
}

/**
 * One answer, and the end of the App. One that does not answer in time is left to the end of the process, for it may never be done.
 *
 * @throws BW_CLI_NO_ANSWER, BW_PLUGIN_FAILED, BW_CONFIG_INVALID, …
 */
async function answerOf(opened: OpenApp, request: GivenRequest, timeoutSeconds: number): Promise<IncomingAnswer> {
  const named = `${request.method} ${request.url}`;
  const noAnswer = (problem: string, cause?: unknown): BackworksError =>
    new BackworksError("BW_CLI_NO_ANSWER", { request: named, problem }, { cause });
  const asked = await inTime(Promise.allSettled([opened.inject(request)]), timeoutSeconds);
  if (asked === undefined) throw noAnswer(`nothing within ${timeoutSeconds} s`);
  const [outcome] = asked;
  if (outcome.status === "fulfilled") {
    await opened.close();
    return outcome.value;
  }
  const error: unknown = outcome.reason;
  // A start may have failed, or a connection may have been cut: that is what is told, however the rest ends.
  await opened.close().catch(() => {});
  throw isBackworksError(error) ? error : noAnswer(error instanceof Error ? error.message : String(error), error);
}

/** What a task comes to; `undefined` when that takes longer. */
async function inTime<T>(task: Promise<T>, limitSeconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitSeconds * 1000);
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}

function head(status: number, headers: Readonly<Record<string, string | readonly string[]>>, paint: Paint): string {
  const color = status < 300 ? paint.green : status < 400 ? paint.cyan : status < 500 ? paint.yellow : paint.red;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${paint.dim(`${name}:`)} ${one}`),
  );
  return [paint.bold(color(`HTTP ${status}`)), ...lines].join("\n");
}

/** JSON is indented for people where that changes nothing else, such as digits of a long number; a pipe gets the bytes as they are. */
function pretty(text: string, forPeople: boolean): string {
  const value = forPeople ? parseJson(text) : undefined;
  return value !== undefined && JSON.stringify(value) === text ? JSON.stringify(value, null, 2) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The body is something else than JSON.
    return undefined;
  }
}
