// A rolldown plugin: writes dist/THIRD_PARTY.md with the licence text of every library that was compiled in.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

export function thirdParty() {
  return {
    name: "third-party",
    generateBundle(_options, bundle) {
      const folders = new Set();
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.moduleIds ?? []) {
          const folder = packageFolder(id);
          if (folder !== undefined) folders.add(folder);
        }
      }
      const notices = [...folders].map(toNotice).sort((a, b) => (a.title < b.title ? -1 : 1));
      this.emitFile({ type: "asset", fileName: "THIRD_PARTY.md", source: toMarkdown(notices) });
    },
  };
}

function packageFolder(id) {
  const file = id.replace(/^\0/, "").replace(/\?.*$/, "");
  return file.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

function toNotice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (license === undefined && file === undefined) throw new Error(`${name} ${version} says nothing about its licence`);
  const notice = readdirSync(folder).find((entry) => /^notice/i.test(entry));
  const texts = [file, notice].filter((entry) => entry !== undefined && existsSync(path.join(folder, entry)));
  return {
    title: `${name} ${version}`,
    license: license ?? "see below",
    text: texts.map((entry) => readFileSync(path.join(folder, entry), "utf8").trim()).join("\n\n"),
  };
}

function toMarkdown(notices) {
  const head = "# Libraries compiled into this package\n\nEach keeps its own licence, which is repeated here.\n";
  const parts = notices.map(
    ({ title, license, text }) =>
      `\n## ${title}\n\nLicence: ${license}\n${text === "" ? "" : `\n\`\`\`text\n${text}\n\`\`\`\n`}`,
  );
  return head + parts.join("");
}
