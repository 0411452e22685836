import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import type { StartedApp } from "@backworks/core/testing";
import { valueOf } from "../../test/exposition-reader.ts";
import { scrape, startMonitored, yamlOf } from "../../test/monitored-app.ts";
import { startMailServer, startWebhook } from "../../test/receivers.ts";
import monitoring from "../index.ts";

const quick = "group_wait: 0, group_interval: 15s";
const broken = `rules: [{ name: broken, condition: 'error_rate[1m] > 50%', duration: 30s, summary: '{{ $value }} fail' }]`;

/** Moves the clock on, a request that fails or not each time, until something holds. */
async function until(app: StartedApp, path: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await holds()) return;
    await app.fetch(path);
    await app.clock.advance(1000);
  }
  throw new Error("it never held");
}

const firing = async (app: StartedApp): Promise<number | undefined> =>
  valueOf(await scrape(app), "backworks_alerts", { state: "firing" });

describe("alerts", () => {
  it("post what Alertmanager posts, and the end", async () => {
    await using hook = await startWebhook();
    await using app = await startMonitored(
      `{ alerts: { ${broken}, ${quick}, channels: { ops: { type: webhook, url: "${hook.url}", headers: { x-key: abc, Content-Type: text/plain, User-Agent: shop } } } } }`,
    );

    await until(app, "/broken", () => hook.posts.length === 1);
    await until(app, "/users/1", () => hook.posts.length === 2);

    expect(hook.posts[0]?.headers).toMatchObject({
      "x-key": "abc",
      "content-type": "application/json",
      "user-agent": "shop",
    });
    expect(hook.posts[0]?.body).toEqual({
      version: "4",
      truncatedAlerts: 0,
      externalURL: "",
      receiver: "ops",
      status: "firing",
      groupKey: 'ops/{alertname="broken"}',
      groupLabels: { alertname: "broken" },
      commonLabels: { alertname: "broken", severity: "warning" },
      commonAnnotations: { summary: expect.stringMatching(/^(1|0\.\d+) fail$/) },
      alerts: [
        {
          status: "firing",
          labels: { alertname: "broken", severity: "warning" },
          annotations: { summary: expect.any(String) },
          startsAt: expect.stringMatching(/^2026-01-01T00:0\d:\d\d\.000Z$/),
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "",
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      ],
    });
    expect(hook.posts[1]?.body).toMatchObject({ status: "resolved", alerts: [{ status: "resolved" }] });
    expect(valueOf(await scrape(app), "backworks_alert_notifications_total", { channel: "ops", result: "sent" })).toBe(
      2,
    );
  });

  it("write to Slack, and to the log", async () => {
    await using hook = await startWebhook();
    const lines: string[] = [];
    const write = (message: string): void => void lines.push(message);
    const logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
    await using app = await startMonitored(
      `{ alerts: { ${broken.replace("fail", "<fail> & more")}, ${quick}, channels: {
          chat: { type: slack, url: "${hook.url}", channel: "#ops" }, log: { type: console } } } }`,
      { logger },
    );

    await until(app, "/broken", () => hook.posts.length === 1);

    expect(hook.posts[0]?.body).toMatchObject({
      channel: "#ops",
      text: "FIRING broken",
      attachments: [{ color: "danger", text: expect.stringContaining("&lt;fail&gt; &amp; more") }],
    });
    expect(lines).toContain("FIRING broken");
  });

  it("are mailed", async () => {
    await using mail = await startMailServer();
    await using app = await startMonitored(
      `{ alerts: { ${broken}, ${quick}, channels: {
          mail: { type: email, host: 127.0.0.1, port: ${mail.port}, from: a@example.org, to: [b@example.org] } } } }`,
    );

    await until(app, "/broken", () => mail.mails.length === 1);

    expect(mail.mails[0]).toMatch(/^Subject: FIRING broken$/m);
    expect(mail.mails[0]).toMatch(/^To: b@example.org$/m);
    expect(mail.mails[0]).toMatch(/^firing: \S+ fail$/m);
  });

  it("count notifications that did not arrive", async () => {
    await using hook = await startWebhook(() => 500);
    await using app = await startMonitored(
      `{ alerts: { ${broken}, ${quick}, channels: { ops: { type: webhook, url: "${hook.url}" } } } }`,
    );

    await until(app, "/broken", () => hook.posts.length === 3);

    const count = "backworks_alert_notifications_total";
    await until(app, "/broken", async () => valueOf(await scrape(app), count, { result: "failed" }) === 1);
    expect(valueOf(await scrape(app), count, { result: "sent" })).toBeUndefined();
  });

  it("go on over a reload: what fires is not told again", async () => {
    await using hook = await startWebhook();
    const options = (more: string): string =>
      `{ ${more} alerts: { ${broken}, ${quick}, channels: { ops: { type: webhook, url: "${hook.url}" } } } }`;
    await using app = await startMonitored(options(""));
    await until(app, "/broken", () => hook.posts.length === 1);

    app.write("backworks.yaml", yamlOf(options("exemplars: false,")));
    await app.reload();
    for (let turn = 0; turn < 60; turn += 1) {
      await app.fetch("/broken");
      await app.clock.advance(1000);
    }

    expect(await firing(app)).toBe(1);
    expect(hook.posts).toHaveLength(1);
  });

  it("know plugins that are not healthy, and values of gauges", async () => {
    const sick = definePlugin({
      name: "sick",
      version: "1.0.0",
      initialize: () => ({ healthCheck: () => ({ status: "unhealthy" }) }),
    });
    await using app = await startMonitored(
      `{ custom: { last_id: { type: gauge, help: x, value: "\${path.id}", endpoints: [users] } },
        alerts: { presets: { plugin_unhealthy: { duration: 0 } }, rules: [{ name: big, condition: last_id > 10 and active_requests >= 0 }] } }
  sick: {}`,
      { plugins: [sick] },
    );

    await until(app, "/users/11", async () => {
      const text = await scrape(app);
      const of = (alertname: string) => valueOf(text, "backworks_alerts", { alertname, state: "firing" });
      return of("plugin_unhealthy") === 1 && of("big") === 1;
    });

    expect((await app.plugins.health()).map(({ status }) => status)).toEqual(["healthy", "unhealthy"]);
    await until(
      app,
      "/users/1",
      async () => valueOf(await scrape(app), "backworks_alerts", { alertname: "big", state: "firing" }) === 0,
    );
  });

  it.each([
    ["a condition that cannot be read", "rules: [{ name: a, condition: error_rat > 1 }]", "did you mean error_rate?"],
    ["a bound that is none", "presets: { slow_p95: { above: much } }", "a number of seconds or a duration"],
    ["a name twice", "rules: [{ name: a, condition: p50 > 1 }, { name: a, condition: p50 > 1 }]", "there already"],
    ["a channel that is not there", "rules: [{ name: a, condition: p50 > 1, channels: [ops] }]", "names ops"],
    ["an unknown preset", "presets: { slow: true }", "slow"],
    ["a label that is there", "rules: [{ name: a, condition: p50 > 1, labels: { alertname: b } }]", "every rule has"],
    ["a placeholder that is none", "rules: [{ name: a, condition: p50 > 1, summary: '{{ $vlaue }}' }]", "{{ $vlaue }}"],
    ["a bound where there is none", "presets: { slo_burn_rate: { above: 3 } }", "means nothing to slo_burn_rate"],
    ["an objective of another preset", "presets: { slow_p95: { objective: 99 } }", "means nothing to slow_p95"],
    ["a silence that ends first", "silences: [{ match: { a: b }, from: 2026-02-01, until: 2026-01-01 }]", "later"],
    ["a URL with a password", "channels: { a: { type: slack, url: 'https://a:b@c.example' } }", "user or password"],
    ["a time that is only meant", "silences: [{ match: { a: b }, until: March 7 }]", "ISO 8601"],
    ["a share above all", "presets: { high_error_rate: { above: 5 } }", "from 0 to 1 or a percentage"],
    ["an objective that no errors could miss", "presets: { slo_burn_rate: { objective: 90 } }", "at least 94"],
    ["a kind of channel that is none", "channels: { a: { type: webhok } }", "one of webhook, slack, email, console"],
    ["a URL that is none", "channels: { a: { type: webhook, url: 'http://a b' } }", "http:// or https://"],
    [
      "a header that is none",
      "channels: { a: { type: webhook, url: http://a.example, headers: { 'a b': c } } }",
      "name of a header",
    ],
    ["a password of nobody", "channels: { a: { type: email, host: a, from: b, to: c, password: d } }", "needs a user"],
    ["a time for the log", "channels: { a: { type: console, timeout: 3s } }", "timeout"],
    ["a silence for everything", "silences: [{ match: {} }]", "must name a label"],
    ["a time that is none", "silences: [{ match: { a: b }, until: soon }]", "ISO 8601"],
  ])("refuse %s", async (_, alerts, problem) => {
    const failure: unknown = await startMonitored(`{ alerts: { ${alerts} } }`).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "BW_CONFIG_INVALID", errors: [{ where: { line: 7 } }] });
    expect((failure as { errors: Error[] }).errors[0]?.message).toContain(problem);
  });
});

describe("mistakes of alerts", () => {
  it("are told beside those of other options", async () => {
    const options = `{
      token: 7,
      alerts: { presets: { slow_p95: { above: much } }, group_by: 3, rules: [
        { name: a, condition: error_rat > 1, severity: 5 },
        { name: a, condition: queue > 1, channels: [ops] } ] },
      custom: { queue: { type: gauge, help: 7, value: 1 } } }`;

    const failure: unknown = await startMonitored(options).catch((error: unknown) => error);

    const found = (failure as { errors: Error[] }).errors.map(({ message }) => message).join("\n");
    expect(found).toContain("did you mean error_rate?");
    expect(found).toContain("a number of seconds or a duration");
    expect(found).toContain("is the name of a rule that is there already");
    expect(found).toContain("names ops");
    expect(found).not.toContain("unknown signal queue");
  });
});

describe("backworks export", () => {
  const run = (words: readonly string[], options: unknown) => {
    let text = "";
    const problems: string[] = [];
    const log = (message: string): void => void problems.push(message);
    const logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
    const write = (part: string): void => void (text += part);
    const ask = (): Promise<never> => Promise.reject(new Error("nobody is to be asked"));
    const code = monitoring.commands?.[0]?.run(words, { options, projectRoot: "/", ask, write, logger });
    return { code, text, problems };
  };

  it("writes the rules for Prometheus", async () => {
    const checked = monitoring.options?.["~standard"].validate({
      alerts: {
        interval: "30s",
        presets: { slow_p95: { above: "500ms", channels: ["c"] } },
        channels: { c: { type: "console" } },
      },
    }) as { readonly value: unknown };

    const { code, text } = run([], checked.value);

    expect(code).toBe(0);
    expect(text).toBe(`groups:
  - name: backworks
    interval: 30s
    rules:
      - alert: slow_p95
        expr: "(histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket[300s])))) > 0.5"
        for: 600s
        labels:
          severity: "warning"
        annotations:
          summary: "One request in twenty takes longer than {{ $value }} s"
`);
  });

  it("refuses more words", () => {
    expect(run(["now"], {})).toMatchObject({ code: 2, text: "", problems: [expect.stringContaining("not now")] });
  });
});
