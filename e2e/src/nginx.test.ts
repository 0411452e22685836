import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "@jest/globals";
import { freePort } from "../../scripts/free-port.js";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

// On a build server it must be there: what is left out there is left out everywhere.
const isThere = spawnSync("nginx", ["-v"]).error === undefined || process.env["CI"] === "true";
const whereNginxIs = isThere ? it : it.skip;

interface Nginx extends AsyncDisposable {
  readonly url: string;
}

/** One process of nginx with a configuration of its own, on a free port. */
async function startNginx(project: Workspace): Promise<Nginx> {
  const port = await freePort();
  const folder = path.join(project.folder, "nginx");
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  project.write("nginx/html/large.txt", "0123456789".repeat(100_000));
  project.write(
    "nginx/nginx.conf",
    `daemon off; master_process off; error_log stderr error; pid ${folder}/pid; events {}
http {
  access_log off; ${places.join(" ")} client_max_body_size 0; gzip on; gzip_min_length 10; gzip_types text/plain; gzip_proxied any;
  server {
    listen 127.0.0.1:${port}; root ${folder}/html;
    location = /who { return 200 "$request_method $request_uri $http_x_forwarded_for $http_via"; }
    location = /old { return 301 /new; }
    location = /none { return 204; }
    location = /echo { client_body_buffer_size 1m; proxy_pass http://127.0.0.1:${port}/length; }
    location = /length { return 200 "$content_length"; }
  }
}
`,
  );
  const child = spawn("nginx", ["-p", folder, "-c", "nginx.conf"], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (let turn = 0; turn < 200; turn += 1) {
    if (
      await fetch(`${url}/who`).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

whereNginxIs("forwards to nginx: methods, ranges, codings, redirects, uploads, conditional requests", async () => {
  using project = createWorkspace();
  await using nginx = await startNginx(project);
  const endpoint = `path: /*, proxy: { target: "${nginx.url}" }`;
  project.write("backworks.yaml", `name: before-nginx\nrate_limit: false\nendpoints: { all: { ${endpoint} } }\n`);
  await using server = await startServer({ cwd: project.folder });
  const get = (pathname: string, init: RequestInit = {}): Promise<Response> =>
    fetch(server.url + pathname, { redirect: "manual", ...init });

  expect(await (await get("/who?a=%20b")).text()).toMatch(/^GET \/who\?a=%20b 127\.0\.0\.1 1\.1 backworks-[\w-]{10}$/);
  expect((await get("/none")).status).toBe(204);
  expect((await get("/old")).status).toBe(301);
  const plain = { "accept-encoding": "identity" };
  const whole = await ask(`${server.url}/large.txt`, { method: "GET" });
  expect(whole.text).toHaveLength(1_000_000);
  const range = await get("/large.txt", { headers: { range: "bytes=10-19" } });
  expect([range.status, await range.text()]).toEqual([206, "0123456789"]);
  const zipped = await get("/large.txt", { headers: { "accept-encoding": "gzip" } });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(await zipped.text()).toHaveLength(1_000_000);
  const head = await get("/large.txt", { method: "HEAD", headers: plain });
  expect(head.headers.get("content-length")).toBe("1000000");
  const same = await get("/large.txt", { headers: { ...plain, "if-none-match": head.headers.get("etag") ?? "" } });
  expect(same.status).toBe(304);
  const upload = await get("/echo", { method: "POST", body: "x".repeat(500_000) });
  expect(await upload.text()).toBe("500000");
});
