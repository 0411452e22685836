// One process of nginx; what it used is read from the system.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../../scripts/free-port.js";

const { upstream } = JSON.parse(process.env.BENCH_OPTIONS);
const folder = mkdtempSync(path.join(tmpdir(), "backworks-nginx-"));
const port = await freePort();
writeFileSync(
  path.join(folder, "nginx.conf"),
  `daemon off; master_process off; error_log stderr error; pid ${folder}/pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  client_max_body_size 0; keepalive_requests 1000000000;
  upstream behind { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://behind;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_request_buffering off;
    }
  }
}
`,
);
const child = spawn("nginx", ["-p", folder, "-c", "nginx.conf"], { stdio: ["ignore", "ignore", "inherit"] });
const end = () => {
  child.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
  child.kill();
};
process.on("message", (message) => {
  if (message === "usage") process.send(usage());
  if (message === "stop") end();
});
process.on("disconnect", end);
await listening();
process.send({ port });

/** User and system time in ticks of 10 ms, and pages of 4 KiB. Source: proc(5). */
function usage() {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  const [user, system, rss] = [fields[11], fields[12], fields[21]].map(Number);
  return { cpu: { user: user * 10_000, system: system * 10_000 }, rss: rss * 4096 };
}

async function listening() {
  for (;;) {
    const there = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.unref();
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
