import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";
import type { Paint } from "../paint.ts";
import { openingOptions, openProject } from "../opening.ts";
import { requestOptions, requestPositionals, toRequest } from "../request.ts";

export const tryRequest = defineCommand({
  positionals: requestPositionals,
  options: { ...requestOptions, ...openingOptions },
  examples: [
    ["backworks try GET /users?page=2", ""],
    ['backworks try POST /users -d \'{"name":"Ada"}\'', ""],
    ["backworks try GET /users --quiet | jq .", "the body only"],
  ],
  async run(args, context) {
    const request = toRequest(args);
    const opened = await openProject(context, args, { development: true });
    try {
      const { status, headers, body } = await opened.inject(request);
      const text = new TextDecoder().decode(body);
      context.result({ status, headers, body: parseJson(text) ?? text }, (paint) => {
        const shown = pretty(text, paint.enabled);
        return context.quiet ? shown : [head(status, headers, paint), shown].filter((part) => part !== "").join("\n\n");
      });
      return exitCodes.ok;
    } finally {
      await opened.close();
    }
  },
});

function head(status: number, headers: Readonly<Record<string, string | readonly string[]>>, paint: Paint): string {
  const color = status < 300 ? paint.green : status < 400 ? paint.cyan : status < 500 ? paint.yellow : paint.red;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${paint.dim(`${name}:`)} ${one}`),
  );
  return [paint.bold(color(`HTTP ${status}`)), ...lines].join("\n");
}

/** JSON is indented for people; a pipe gets the bytes as they are. */
function pretty(text: string, forPeople: boolean): string {
  const value = forPeople ? parseJson(text) : undefined;
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The body is something else than JSON.
    return undefined;
  }
}
