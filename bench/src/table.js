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
  calls: [
    ["", ({ label }) => label],
    ["one by one µs", ({ serialMicros }) => serialMicros.toFixed(1)],
    ["over in-process µs", ({ overMicros }) => overMicros.toFixed(1)],
    ["best over µs", ({ bestOverMicros }) => bestOverMicros.toFixed(1)],
    ["calls/s, 16 at a time", ({ perSecond }) => String(Math.round(perSecond))],
  ],
  nanoseconds: [
    ["", ({ label }) => label],
    ["ns", ({ nanoseconds }) => nanoseconds.toFixed(0)],
  ],
  scrape: [
    ["", ({ label }) => label],
    ["takes ms", ({ tookMs }) => tookMs.toFixed(1)],
    ["keeps the event loop ms", ({ blockedMs }) => blockedMs.toFixed(1)],
    ["at most ms", ({ worstMs }) => worstMs.toFixed(1)],
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
