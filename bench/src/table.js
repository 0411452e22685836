// Results as Markdown.

const columns = {
  load: [
    ["", ({ label }) => label],
    ["CPU µs/request", ({ micros }) => micros.toFixed(1)],
    ["ratio", ({ ratio }) => ratio.toFixed(2)],
    ["best µs", ({ best }) => best.toFixed(1)],
    ["best ratio", ({ bestRatio }) => bestRatio.toFixed(2)],
    ["requests/s", ({ perSecond }) => String(Math.round(perSecond))],
    ["p50 ms", ({ p50 }) => (p50 / 1000).toFixed(2)],
    ["p99 ms", ({ p99 }) => (p99 / 1000).toFixed(2)],
    ["RSS MB", ({ rss }) => (rss / 1e6).toFixed(0)],
  ],
  startup: [
    ["", ({ label }) => label],
    ["CPU ms", ({ cpuMs }) => cpuMs.toFixed(0)],
    ["over node -e 0", ({ overMs }) => overMs.toFixed(0)],
  ],
  footprint: [
    ["", ({ label }) => label],
    ["MB", ({ megabytes }) => megabytes.toFixed(2)],
    ["packages", ({ packages }) => String(packages)],
    ["with install script", ({ scripted }) => String(scripted.length)],
  ],
};

export function toMarkdown({ title, kind = "load", rows }) {
  const shown = columns[kind];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const head = [line(shown.map(([name]) => name)), line(shown.map((_, at) => (at === 0 ? "---" : "---:")))];
  const body = rows.map((row) => line(shown.map(([, show]) => show(row))));
  return `### ${title}\n\n${[...head, ...body].join("\n")}\n`;
}
