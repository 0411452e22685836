import { describe, expect, it } from "@jest/globals";
import { formatFor, writeExposition } from "./exposition.ts";
import type { WrittenFamily } from "./exposition.ts";
import { SeriesBudget } from "./families/budget.ts";
import { derived } from "./families/computed.ts";
import { Histogram } from "./families/histogram.ts";
import { Numbers } from "./families/numbers.ts";

describe("formatFor", () => {
  it.each([
    [undefined, "text"],
    ["*/*", "text"],
    ["text/plain", "text"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.9", "text"],
    ["application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "openmetrics"],
    ["application/openmetrics-text;q=0", "text"],
    ["application/openmetrics-text;q=0.1, */*;q=0.9", "text"],
    ["application/openmetrics-text, */*", "openmetrics"],
    ["APPLICATION/OPENMETRICS-TEXT ; version=1.0.0 ; q=0.9, text/*;q=0.5", "openmetrics"],
  ] as const)("takes %s for %s", (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe("writeExposition", () => {
  it("writes numbers and labels as Prometheus reads them", async () => {
    const values = [1.5, Infinity, -Infinity, Number.NaN, 1e21];
    const family = derived({ name: "odd", help: 'A "help"\nwith \\', type: "gauge" }, () =>
      values.map((value, index) => ({ labels: { at: `${index}"\\\n` }, value })),
    );

    const text = await writeExposition([family], "text");

    expect(text).toBe(
      [
        '# HELP odd A "help"\\nwith \\\\',
        "# TYPE odd gauge",
        ...["1.5", "+Inf", "-Inf", "NaN", "1e+21"].map((value, index) => `odd{at="${index}\\"\\\\\\n"} ${value}`),
        "",
      ].join("\n"),
    );
  });

  it("writes whole bounds with a fraction in OpenMetrics alone", async () => {
    const sizes = new Histogram({
      name: "sizes",
      help: "Sizes.",
      labelNames: [],
      buckets: [-1, 1, 2.5],
      budget: new SeriesBudget(100),
    });
    sizes.observe(sizes.bind({}), 1);
    sizes.observe(sizes.bind({}), 7);

    expect(await writeExposition([sizes], "text")).toContain(
      'sizes_bucket{le="-1"} 0\nsizes_bucket{le="1"} 1\nsizes_bucket{le="2.5"} 1\n',
    );
    expect(await writeExposition([sizes], "openmetrics")).toContain(
      'sizes_bucket{le="-1.0"} 0\nsizes_bucket{le="1.0"} 1\nsizes_bucket{le="2.5"} 1\nsizes_bucket{le="+Inf"} 2\nsizes_sum 8\nsizes_count 2\n# EOF\n',
    );
  });

  it("leaves out a family without series", async () => {
    const none = new Numbers({ name: "none", help: "x", type: "gauge", labelNames: [], budget: new SeriesBudget(1) });

    expect(await writeExposition([none], "text")).toBe("");
  });

  it("gives other work its turn while it writes what takes long", async () => {
    const busy = (): string => {
      const until = performance.now() + 0.5;
      while (performance.now() < until);
      return "wide 1\n";
    };
    const rows = Array.from({ length: 100 }, () => ({ key: "", numbers: new Float64Array(1), exemplars: undefined }));
    const wide: WrittenFamily = { name: "wide", help: "Wide.", type: "gauge", rows: () => rows, write: busy };
    let turns = 0;
    let others = setImmediate(function again() {
      turns += 1;
      others = setImmediate(again);
    });

    const text = await writeExposition([wide], "text");
    clearImmediate(others);

    expect(text.split("\n")).toHaveLength(103);
    // After each 32 series, which take longer than a slice. How long the turns are with real ones `bench` measures.
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
