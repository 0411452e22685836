import { isBackworksError } from "@backworks/core";
import type { BackworksError } from "@backworks/core";
import { loadConfig, openApp } from "@backworks/core";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { proxy } from "../mode.ts";

async function mistakesOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly BackworksError[]> {
  const cwd = mkdtempSync(join(tmpdir(), "backworks-proxy-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  try {
    const app = await openApp({ cwd, text, env: {}, modes: [proxy] });
    await app.close();
  } catch (error) {
    if (isBackworksError(error)) return error.errors.length > 0 ? error.errors : [error];
    throw error;
  }
  return [];
}

/** `line:column CODE hint` of every mistake. */
function brief(errors: readonly BackworksError[]): string[] {
  return errors.map(
    ({ where, code, message, hint }) =>
      `${where?.line}:${where?.column} ${code} ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
}

const root = "name: x\nupstreams: { users: http://127.0.0.1:9 }\nendpoints:\n  a:\n    path: /a/{id}\n    proxy:\n";

describe("mistakes in proxy:", () => {
  it.each([
    ["upstream: usres", "BW_PROXY_UPSTREAM_UNKNOWN", "no upstream usres", "did you mean users?"],
    ["upstream: orders", "BW_PROXY_UPSTREAM_UNKNOWN", "no upstream orders", "known are users"],
    ["api: stripe", "BW_API_UNKNOWN", "no API stripe", "there is no apis: at the root"],
    [
      "target: localhost:80",
      "BW_CONFIG_WRONG_VALUE",
      "must begin with http:// or https://",
      "write http://localhost:80",
    ],
    ["target: http://a?b=1", "BW_CONFIG_WRONG_VALUE", "must not have a query", undefined],
    ["{ upstream: users, target: http://a }", "BW_CONFIG_WRONG_VALUE", "cannot stand beside upstream", undefined],
    [
      "{ strip_prefix: /a }",
      "BW_CONFIG_WRONG_VALUE",
      "needs one of upstream, target, targets, api, compose",
      undefined,
    ],
    ["targets: []", "BW_CONFIG_WRONG_VALUE", "must name at least one target", undefined],
    ["targets: [{ url: http://a, weight: 0 }]", "BW_CONFIG_WRONG_VALUE", "weight above 0", undefined],
    [
      "targets: [{ url: http://a, weight: -1 }]",
      "BW_CONFIG_WRONG_VALUE",
      "must be a whole number from 0 to 1000",
      undefined,
    ],
    ["targets: [http://a, http://a]", "BW_CONFIG_WRONG_VALUE", "names http://a twice", undefined],
    ["{ upstream: users, health: {} }", "BW_CONFIG_WRONG_VALUE", "belongs to upstreams.users", undefined],
    ["{ upstream: users, tls: { verify: false } }", "BW_CONFIG_WRONG_VALUE", "belongs to upstreams.users", undefined],
    ["{ target: http://a, tls: { verify: false } }", "BW_CONFIG_WRONG_VALUE", "no URL begins with https://", undefined],
    ["{ target: http://a, max_body: 1KB }", "BW_CONFIG_WRONG_VALUE", "where no body is read whole", undefined],
    [
      "{ target: http://a, split: [{ upstream: users }] }",
      "BW_CONFIG_WRONG_VALUE",
      "every way of split leads elsewhere",
      undefined,
    ],
    ["{ target: https://a, tls: { cert: a.pem } }", "BW_CONFIG_WRONG_VALUE", "needs cert and key together", undefined],
    ["{ target: https://a, tls: { ca: no.pem } }", "BW_FILE_MISSING", "no.pem", undefined],
    [
      "{ target: https://a, tls: { cert: bad.pem, key: bad.pem } }",
      "BW_UPSTREAM_TLS_INVALID",
      "TLS of a cannot be used",
      undefined,
    ],
    ["{ target: https://a, tls: { ca: bad.pem } }", "BW_UPSTREAM_TLS_INVALID", "TLS of a cannot be used", undefined],
    [
      "{ target: http://a, load_balancing: { algorithm: round-robbin } }",
      "BW_PROXY_ALGORITHM_UNKNOWN",
      "round-robbin",
      "did you mean round_robin?",
    ],
    ["{ target: http://a, timeout: soon }", "BW_CONFIG_WRONG_VALUE", "must be a duration", undefined],
    [
      "{ target: http://a, timeout: 5, timeouts: { total: 6 } }",
      "BW_CONFIG_WRONG_VALUE",
      "is timeouts.total",
      undefined,
    ],
    ["{ target: http://a, timeouts: { conect: 5 } }", "BW_CONFIG_UNKNOWN_KEY", "conect", "did you mean connect?"],
    ["{ target: http://a, retries: 11 }", "BW_CONFIG_WRONG_VALUE", "must be a whole number from 0 to 10", undefined],
    ["{ target: http://a, retries: { on: [conect] } }", "BW_CONFIG_WRONG_VALUE", "connect", undefined],
    ["{ target: http://a, retries: { on: [200] } }", "BW_CONFIG_WRONG_VALUE", "400", undefined],
    [
      "{ target: http://a, retries: { backoff: { base: 2s, max: 1s } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must not be longer than max",
      undefined,
    ],
    [
      "{ target: http://a, retries: { budget: { percent: 120 } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be a percentage",
      undefined,
    ],
    [
      "{ target: http://a, path_rewrite: /u, strip_prefix: /a }",
      "BW_CONFIG_WRONG_VALUE",
      "has no meaning beside path_rewrite",
      undefined,
    ],
    [
      "{ target: http://a, path_rewrite: '/u/${path.idd}' }",
      "BW_TEMPLATE_UNKNOWN_NAME",
      "path.idd",
      "did you mean path.id?",
    ],
    [
      "{ target: http://a, path_rewrite: '/u/${state.x}' }",
      "BW_TEMPLATE_UNKNOWN_NAME",
      "state",
      "state is known in mock mode only",
    ],
    ["{ target: http://a, path_rewrite: 'u' }", "BW_CONFIG_WRONG_VALUE", "path_rewrite", undefined],
    [
      "{ target: http://a, transform_request: { add_headers: { Content-Length: 5 } } }",
      "BW_CONFIG_WRONG_VALUE",
      "is written by the connection itself",
      undefined,
    ],
    [
      "{ target: http://a, transform_request: { add_headers: { Host: [a, b] } } }",
      "BW_CONFIG_WRONG_VALUE",
      "a request has one host",
      undefined,
    ],
    [
      "{ target: http://a, transform_request: { add_headers: { 'a b': 5 } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be the name of a header",
      undefined,
    ],
    [
      "{ target: http://a, transform_request: { add_headers: { x: '${nope}' } } }",
      "BW_TEMPLATE_UNKNOWN_NAME",
      "nope",
      undefined,
    ],
    [
      "{ target: http://a, transform_response: { status_code_mapping: { 404: 99 } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be a status from 200 to 599",
      undefined,
    ],
    [
      "{ target: http://a, transform_response: { status_code_mapping: { abc: 200 } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be a status from 200 to 599",
      undefined,
    ],
    [
      "{ target: http://a, transform_response: { body: { map: { 'a..b': c } } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be the path of a field",
      undefined,
    ],
    ["{ target: http://a, transform: { response: { handler: none.js } } }", "BW_FILE_MISSING", "none.js", undefined],
    ["{ target: http://a, transform: { response: { handler: ../none.js } } }", "BW_FILE_OUTSIDE", "none.js", undefined],
    ["{ target: http://a, mirror: { percent: 5 } }", "BW_CONFIG_WRONG_VALUE", "needs upstream or target", undefined],
    ["{ target: http://a, mirror: { upstream: usrs } }", "BW_PROXY_UPSTREAM_UNKNOWN", "usrs", "did you mean users?"],
    ["{ target: http://a, split: [] }", "BW_CONFIG_WRONG_VALUE", "split", undefined],
    [
      "{ target: http://a, split: [{ weight: 0 }] }",
      "BW_CONFIG_WRONG_VALUE",
      "must have a way with a weight above 0",
      undefined,
    ],
    ["{ split: [{ upstream: usrs }] }", "BW_PROXY_UPSTREAM_UNKNOWN", "usrs", "did you mean users?"],
    ["{ split: [{ upstream: users }, {}] }", "BW_CONFIG_WRONG_VALUE", "needs one of upstream", undefined],
    [
      "{ target: http://a, split_key: '${path.id}' }",
      "BW_CONFIG_WRONG_VALUE",
      "has no meaning without split",
      undefined,
    ],
    ["{ compose: {} }", "BW_CONFIG_WRONG_VALUE", "must have at least one part", undefined],
    ["{ compose: { a: { upstream: users } } }", "BW_CONFIG_MISSING_KEY", "path", undefined],
    ["{ compose: { a: { path: /x } } }", "BW_CONFIG_WRONG_VALUE", "needs upstream or target", undefined],
    [
      "{ compose: { a: { upstream: users, path: '/${path.idd}' } } }",
      "BW_TEMPLATE_UNKNOWN_NAME",
      "path.idd",
      "did you mean path.id?",
    ],
    [
      "{ compose: { a: { upstream: users, path: /x } }, mirror: { upstream: users } }",
      "BW_CONFIG_WRONG_VALUE",
      "has no meaning beside compose",
      undefined,
    ],
    ["{ target: http://a, forwarded: all }", "BW_CONFIG_WRONG_VALUE", "forwarded", undefined],
    ["{ target: http://a, strip_prefx: /a }", "BW_CONFIG_UNKNOWN_KEY", "strip_prefx", "did you mean strip_prefix?"],
  ])("%s", async (...[block, code, message, hint]) => {
    const [mistake, ...others] = await mistakesOf(`${root}      ${block}\n`, { "bad.pem": "no certificate" });

    expect(others).toEqual([]);
    expect(mistake).toMatchObject({ code });
    expect(mistake?.message).toContain(message);
    expect(hint ?? mistake?.hint).toBe(mistake?.hint);
    expect(mistake?.where?.line).toBe(7);
  });

  it("beside api are what its server has of its own", async () => {
    const keys = "api: s, health: {}, load_balancing: {}, keep_alive: 1s, connections: 1, tls: {}";
    const text = `name: x\napis: { s: { base_url: http://a } }\nendpoints: { a: { path: /a, proxy: { ${keys} } } }\n`;

    const found = (await mistakesOf(text)).map(({ message }) => message);

    expect(found).toEqual([
      "endpoints.a.proxy.health has no meaning beside api, which has one server",
      "endpoints.a.proxy.load_balancing has no meaning beside api, which has one server",
      "endpoints.a.proxy.keep_alive: belongs to apis.s",
      "endpoints.a.proxy.connections: belongs to apis.s",
      "endpoints.a.proxy.tls: belongs to apis.s",
    ]);
  });

  it("are told together, each at its place", async () => {
    const text = `${root}      upstream: usres\n      retries: 11\n      timeout: soon\n`;

    const found = brief(await mistakesOf(text));

    expect(found.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "7:17 BW_PROXY_UPSTREAM_UNKNOWN",
      "8:16 BW_CONFIG_WRONG_VALUE",
      "9:16 BW_CONFIG_WRONG_VALUE",
    ]);
  });

  it("are told together when they show only as it is compiled", async () => {
    const text = `${root}      upstream: usres
      path_rewrite: /u/\${path.idd}
      transform_request: { add_headers: { a: "\${nope.a}" } }
      transform: { response: { handler: none.js } }
      mirror: { upstream: usrs }
`;
    const response = `${root}      upstream: users
      path_rewrite: /u/\${path.idd}
      transform_response: { add_headers: { a: "\${nope.a}" } }
`;

    const [found, others] = [brief(await mistakesOf(text)), brief(await mistakesOf(response))];

    expect(found.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "7:17 BW_PROXY_UPSTREAM_UNKNOWN",
      "8:31 BW_TEMPLATE_UNKNOWN_NAME",
      "9:49 BW_TEMPLATE_UNKNOWN_NAME",
      "10:41 BW_FILE_MISSING",
      "11:27 BW_PROXY_UPSTREAM_UNKNOWN",
    ]);
    expect(others.map((line) => line.split(":", 1)[0])).toEqual(["8", "9"]);
  });

  it("take a good block of every key", async () => {
    const block = `
      targets: [{ name: a, url: http://127.0.0.1:9, weight: 3 }, http://127.0.0.1:8]
      load_balancing: { algorithm: least_conn, sticky: { cookie: lb, max_age: 1h } }
      health:
        active: { path: /h, interval: 1s, timeout: 1s, healthy: 1, unhealthy: 1, status: [200, 204] }
        passive: { consecutive: 1, on: [connect, 500], eject: 1s, max_eject: 2s, max_ejected: 50% }
        all_down: use_all
      connections: 10
      keep_alive: 2s
      strip_prefix: /a
      add_prefix: /b
      preserve_host: true
      rewrite_response: { location: true, cookie_path: true, cookie_domain: false }
      timeouts: { connect: 1s, headers: 1s, idle: 1s, total: 1s }
      retries: { attempts: 1, on: [503], per_try_timeout: 1s, budget: { percent: 10, min: 1 }, backoff: { base: 1ms, max: 2ms } }
      transform_request: { add_headers: { x-a: [1, true, "\${path.id}"] }, remove_headers: [x-b], body: { map: { a: b } } }
      transform_response: { add_headers: { x-a: b }, remove_headers: [x-b], status_code_mapping: { 404: 204 }, body: { map: { a: null } } }
      max_body: 2MB
      forwarded: rfc7239
      via: false
      mirror: { target: http://127.0.0.1:7, percent: 5, max_body: 1KB, max_concurrent: 2, timeout: 1s }
      split: [{ weight: 95 }, { weight: 5, upstream: users, match: { header: { x: "1" }, cookie: { y: true }, query: { z: false } } }]
      split_key: "\${headers.x-user}"
`;

    expect(brief(await mistakesOf(root + block))).toEqual([]);
  });
});

describe("mistakes in upstreams: and apis:", () => {
  const endpoints = "endpoints: { a: { path: /a, proxy: http://a } }\n";

  it.each([
    ["upstreams: { u: { targets: [{ url: nope }] } }", "BW_CONFIG_WRONG_VALUE", "is not a URL"],
    ["upstreams: { u: { load_balancing: {} } }", "BW_CONFIG_MISSING_KEY", "targets"],
    [
      "upstreams: { u: { targets: [http://a], load_balancing: { algorithm: fastest } } }",
      "BW_PROXY_ALGORITHM_UNKNOWN",
      "fastest",
    ],
    [
      "upstreams: { u: { targets: [http://a], health: { active: { interval: 1s } } } }",
      "BW_CONFIG_MISSING_KEY",
      "path",
    ],
    [
      "upstreams: { u: { targets: [http://a], health: { passive: { max_ejected: 150% } } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be a percentage",
    ],
    ["upstreams: { u: { targets: [https://a], tls: { ca: no.pem } } }", "BW_FILE_MISSING", "no.pem"],
    ["upstreams: { u: { targets: [http://a], tls: {} } }", "BW_CONFIG_WRONG_VALUE", "no URL begins with https://"],
    ["apis: { s: { base_url: http://a, tls: {} } }", "BW_CONFIG_WRONG_VALUE", "no URL begins with https://"],
    ["apis: { s: { base_url: nope } }", "BW_CONFIG_WRONG_VALUE", "is not a URL"],
    ["apis: { s: {} }", "BW_CONFIG_MISSING_KEY", "base_url"],
    [
      "apis: { s: { base_url: http://a, authentication: { type: bearer } } }",
      "BW_CONFIG_WRONG_VALUE",
      "needs token or token_env",
    ],
    [
      "apis: { s: { base_url: http://a, authentication: { type: bearer, token: a, token_env: B } } }",
      "BW_CONFIG_WRONG_VALUE",
      "has both token and token_env",
    ],
    [
      "apis: { s: { base_url: http://a, authentication: { type: bearer, token_env: NOT_SET } } }",
      "BW_CONFIG_VARIABLE_MISSING",
      "NOT_SET",
    ],
    [
      "apis: { s: { base_url: http://a, authentication: { type: basic, username: u } } }",
      "BW_CONFIG_WRONG_VALUE",
      "needs password or password_env",
    ],
    [
      "apis: { s: { base_url: http://a, authentication: { type: oauth2, token_url: x, client_id: c, client_secret: s } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be a URL",
    ],
    [
      "apis: { s: { base_url: http://a, authentication: { type: api_key, name: Connection, key: k } } }",
      "BW_CONFIG_WRONG_VALUE",
      "is written by the connection itself",
    ],
    [
      "apis: { s: { base_url: http://a, headers: { x: '${path.id}' } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must not hold an expression",
    ],
    [
      "apis: { s: { base_url: http://a, rate_limit: { requests_per_minute: 0 } } }",
      "BW_CONFIG_WRONG_VALUE",
      "must be a whole number",
    ],
  ])("%s", async (line, code, message) => {
    const [mistake, ...others] = await mistakesOf(`name: x\n${line}\n${endpoints}`);

    expect(others).toEqual([]);
    expect(mistake).toMatchObject({ code, where: { line: 2 } });
    expect(mistake?.message).toContain(message);
  });

  it("are all found by loading alone, as far as schemas see them", async () => {
    const text = `name: x\nupstreams: { u: { targets: [] } }\napis: { s: { base_url: http://a, timeout: soon } }\n${endpoints}`;

    await expect(loadConfig({ text, cwd: tmpdir(), env: {}, modes: [proxy] })).rejects.toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: [{ where: { line: 2 } }, { where: { line: 3 } }],
    });
  });
});
