import type { Place, RuleExplanation } from "@backworks/core";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";
import type { Paint } from "../paint.ts";
import { openingOptions, openProject } from "../opening.ts";
import { requestOptions, requestPositionals, toRequest } from "../request.ts";
import { formatTable } from "../table.ts";

export const explain = defineCommand({
  positionals: requestPositionals,
  options: { ...requestOptions, ...openingOptions },
  examples: [["backworks explain GET /orders/7 -H 'x-plan: pro'", "every rule with what passed and failed"]],
  async run(args, context) {
    const request = toRequest(args, context.cwd);
    const opened = await openProject(context, args, { development: true });
    try {
      const { route, rules, hints } = await opened.explain(request);
      const report = {
        request: `${request.method} ${request.url}`,
        route,
        rules: rules.map((rule) => ({ ...rule, place: toPosition(rule.place) })),
        hints,
      };
      context.result(report, (paint) =>
        [
          route === undefined
            ? `${paint.red("✗")} no endpoint answers ${paint.bold(report.request)}`
            : `${paint.bold(report.request)} is answered by ${paint.cyan(route.endpoint)} ${paint.dim(`(${route.method} ${route.pattern}, ${route.mode})`)}`,
          ...rules.map((rule) => formatRule(rule, paint)),
          ...hints.map((hint) => `${paint.yellow("hint:")} ${hint}`),
        ].join("\n"),
      );
      return route !== undefined && (rules.length === 0 || rules.some((rule) => rule.chosen))
        ? exitCodes.ok
        : exitCodes.problemsFound;
    } finally {
      await opened.close();
    }
  },
});

function toPosition(place: Place | undefined): unknown {
  return place === undefined ? undefined : { file: place.source.file, line: place.line, column: place.column };
}

function formatRule(rule: RuleExplanation, paint: Paint): string {
  const at = rule.place === undefined ? "" : paint.dim(`  ${rule.place.source.file}:${rule.place.line}`);
  const head = rule.chosen
    ? `${paint.green("➜")} ${paint.bold(rule.rule)}${at}  ${paint.green("answers")}`
    : `  ${rule.rule}${at}`;
  const checks = rule.checks.map((check) => [
    `    ${check.passed ? paint.green("✓") : paint.red("✗")} ${check.field}`,
    check.expected,
    check.passed ? "" : `${paint.dim("found")} ${check.actual}`,
  ]);
  return checks.length === 0 ? head : `${head}\n${formatTable(checks)}`;
}
