// Compares the public types of each published package with its committed report, packages/<name>/api/<entry>.api.md.
// `--update` writes the reports. Members without TSDoc are marked in the report and fail the check.
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { listPublished, root } from "./workspace.js";

const update = process.argv.includes("--update");
let reports = 0;

for (const { folder, manifest } of listPublished()) {
  for (const target of Object.values(manifest.exports ?? {})) {
    if (target.types !== undefined) report(path.join(root, folder), target.types);
  }
}
if (reports === 0) throw new Error("no entry point with types seen");

function report(packageFolder, types) {
  reports += 1;
  const name = path.basename(types, ".d.ts");
  const reportFolder = path.join(packageFolder, "api");
  mkdirSync(reportFolder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObjectFullPath: path.join(packageFolder, "api-extractor.json"),
    packageJsonFullPath: path.join(packageFolder, "package.json"),
    configObject: toConfig({ packageFolder, types, reportFolder, name }),
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: update,
    showVerboseMessages: false,
    messageCallback: (message) => {
      if (message.messageId === "console-compiler-version-notice") message.handled = true;
      if (message.messageId === "console-preamble") message.handled = true;
    },
  });
  if (apiReportChanged && !update) {
    console.error(`${path.relative(root, reportFolder)}/${name}.api.md differs from the built types: pnpm api`);
  }
  const undocumented = readFileSync(path.join(reportFolder, `${name}.api.md`), "utf8").match(/\(undocumented\)/g);
  if (undocumented !== null) {
    console.error(`${name}.api.md: ${undocumented.length} undocumented members`);
    process.exitCode = 1;
  }
  if (!succeeded) process.exitCode = 1;
}

function toConfig({ packageFolder, types, reportFolder, name }) {
  return {
    projectFolder: packageFolder,
    mainEntryPointFilePath: path.join(packageFolder, types),
    newlineKind: "lf",
    compiler: {
      overrideTsconfig: {
        compilerOptions: { target: "es2022", module: "nodenext", types: ["node"], strict: true, skipLibCheck: true },
        files: [path.join(packageFolder, types)],
      },
    },
    apiReport: {
      enabled: true,
      reportFolder,
      reportTempFolder: path.join(packageFolder, "temp"),
      reportFileName: `${name}.api.md`,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: { default: { logLevel: "error" } },
      extractorMessageReporting: {
        default: { logLevel: "error" },
        "ae-missing-release-tag": { logLevel: "none" },
        // A type nobody needs to name may stay where it is; the report shows it.
        "ae-forgotten-export": { logLevel: "none", addToApiReportFile: true },
        "ae-undocumented": { logLevel: "none" },
        "ae-unresolved-link": { logLevel: "error" },
      },
      tsdocMessageReporting: { default: { logLevel: "error" } },
    },
  };
}
