import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { startProcess } from "./testing/command-process.ts";
import type { CommandProcess } from "./testing/command-process.ts";
import { createProject } from "./testing/project.ts";

// processes of their own, on a machine that may be busy
jest.setTimeout(30_000);

const yaml = `name: shop
endpoints:
  hello: { path: /hello, mock: { data: ./data.json } }
  slow: { path: /slow, mock: { data: done, delay: 600ms } }
`;
const files = { "backworks.yaml": yaml, "data.json": '"one"' };

interface ReadyLine {
  readonly event: string;
  readonly url: string;
  readonly port: number;
  readonly takenPort?: number;
}

async function ready(running: CommandProcess): Promise<ReadyLine> {
  const [line] = await running.until(/^\{"event":"ready".*\}$/m);
  return JSON.parse(line) as ReadyLine;
}

function events(running: CommandProcess): readonly string[] {
  const lines = running.out().trim().split("\n");
  return lines.map((line) => JSON.parse(line) as { event?: string }).flatMap(({ event }) => event ?? []);
}

describe("start, as a process without a terminal", () => {
  it("prints the ready line first, then JSON lines only, and serves", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["start", "--port", "0"]);

    const { url, port } = await ready(running);
    const answer = await fetch(`${url}/hello`);
    running.kill("SIGTERM");
    await running.ended;

    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await answer.text()).toBe("one");
    expect(running.out().startsWith('{"event":"ready"')).toBe(true);
    expect(events(running)).toEqual(["ready", "stopping", "stopped"]);
    expect(running.err()).toBe("");
  });

  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 130],
  ] as const)("finishes requests under way on %s and ends with %d", async (signal, code) => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["start", "--port", "0"]);
    const { url } = await ready(running);

    const slow = fetch(`${url}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 150));
    running.kill(signal);

    expect(await (await slow).text()).toContain("done");
    expect(await running.ended).toBe(code);
  });

  it("ends at once on the second signal", async () => {
    using project = createProject({ ...files, "backworks.yaml": yaml.replace("600ms", "20s") });
    await using running = startProcess(project.folder, ["start", "--port", "0"]);
    const { url } = await ready(running);

    const slow = fetch(`${url}/slow`).catch(() => "cut");
    await new Promise((resolve) => setTimeout(resolve, 150));
    running.kill("SIGINT");
    await running.until(/"event":"stopping"/);
    await new Promise((resolve) => setTimeout(resolve, 400));
    running.kill("SIGINT");

    expect(await running.ended).toBe(130);
    expect(await slow).toBe("cut");
  });

  it("reloads on SIGHUP, and serves on when the configuration is broken", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["start", "--port", "0"]);
    const { url } = await ready(running);

    project.write("backworks.yaml", yaml.replace("/hello", "/hi"));
    running.kill("SIGHUP");
    await running.until(/"event":"reloaded"/);
    project.write("backworks.yaml", "nme: x\n");
    running.kill("SIGHUP");
    await running.until(/"event":"reload-failed".*BW_CONFIG/);

    expect((await fetch(`${url}/hi`)).status).toBe(200);
  });

  it("reloads after its start when SIGHUP comes in the middle of it", async () => {
    const handler = `import { writeFileSync } from "node:fs";
writeFileSync(new URL("began", import.meta.url), "");
await new Promise((resolve) => setTimeout(resolve, 300));
export default () => 1;`;
    using project = createProject({
      "backworks.yaml": "name: shop\nendpoints: { one: { path: /, runtime: ./slow.mjs } }\n",
      "slow.mjs": handler,
    });
    await using running = startProcess(project.folder, ["start", "--port", "0"]);
    while (!existsSync(join(project.folder, "began"))) await new Promise((resolve) => setTimeout(resolve, 5));

    running.kill("SIGHUP");

    await ready(running);
    expect(await running.until(/"event":"reloaded"/)).not.toBeNull();
  });

  it("ends when its input ends, only when that is asked for", async () => {
    using project = createProject(files);
    await using asked = startProcess(project.folder, ["start", "--port", "0", "--until-stdin-ends"]);
    await using other = startProcess(project.folder, ["start", "--port", "0"]);
    await ready(asked);
    const { url } = await ready(other);

    asked.endInput();
    other.endInput();

    expect(await asked.ended).toBe(0);
    expect((await fetch(`${url}/hello`)).status).toBe(200);
  });

  it("ends with 5 when the port is taken, and takes the next one when that is asked for", async () => {
    using project = createProject(files);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const port = String((taken.address() as AddressInfo).port);

    await using refused = startProcess(project.folder, ["start", "--port", port]);
    const code = await refused.ended;
    await using next = startProcess(project.folder, ["start", "--port", port, "--next-port"]);
    const line = await ready(next);
    taken.close();

    expect(code).toBe(5);
    expect(refused.err()).toContain("BW_PORT_IN_USE");
    expect(line.takenPort).toBe(Number(port));
    expect(line.port).not.toBe(Number(port));
  });

  it("ends with 3 and the frames on standard error for a broken configuration", async () => {
    using project = createProject({ "backworks.yaml": "nme: x\n" });
    await using running = startProcess(project.folder, ["start"]);

    expect(await running.ended).toBe(3);
    expect(running.err()).toContain("backworks.yaml:1:1  unknown key nme");
    expect(running.out()).toBe("");
  });

  it("prints the version without loading anything else", async () => {
    using project = createProject();
    await using running = startProcess(project.folder, ["--version"]);

    expect(await running.ended).toBe(0);
    expect(running.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("dev, as a process", () => {
  it("reloads on save of the configuration and of a data file, and shows mistakes while the old one serves", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["dev", "--port", "0"]);
    const [, url = ""] = await running.until(/Serving +(http:\S+)/);

    project.write("data.json", '"two"');
    await running.until(/reloaded in .*changed hello/);
    const two = await (await fetch(`${url}/hello`)).text();
    project.write("backworks.yaml", yaml.replace("path: /hello", "pth: /hello"));
    await running.until(/unknown key pth.*[\s\S]*serves on/);
    const still = await fetch(`${url}/hello`);
    project.write("backworks.yaml", yaml.replace("data.json", "later.json"));
    await running.until(/later\.json does not exist/);
    project.write("later.json", '"three"');
    await running.until(/later\.json does not exist[\s\S]*reloaded in/);
    const three = await (await fetch(`${url}/hello`)).text();

    expect(two).toBe("two");
    expect(still.status).toBe(200);
    expect(three).toBe("three");
  });
});

describe("reloading, as a process", () => {
  it("of start --watch writes one JSON line per event", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["start", "--port", "0", "--watch"]);
    const { url } = await ready(running);

    project.write("data.json", '"two"');
    await running.until(/"event":"reloaded".*"changed":true/);

    expect(await (await fetch(`${url}/hello`)).text()).toBe("two");
    expect(events(running)).toEqual(["ready", "reloaded"]);
  });

  it("of start without --watch waits to be asked", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["start", "--port", "0"]);
    const { url } = await ready(running);

    project.write("data.json", '"two"');
    running.kill("SIGHUP");
    await running.until(/"event":"reloaded"/);

    expect(await (await fetch(`${url}/hello`)).text()).toBe("two");
    expect(events(running)).toEqual(["ready", "reloaded"]);
  });

  it("of dev --json tells each refusal once, and when it is mended", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["dev", "--port", "0", "--json"]);
    await ready(running);

    project.write("backworks.yaml", `${yaml}nope: 1\n`);
    await running.until(/"event":"reload-failed".*BW_CONFIG_UNKNOWN_KEY/);
    project.write("notes.txt", "a file that nobody reads, and that may be one that was missed");
    running.kill("SIGHUP");
    await running.until(/(?:reload-failed[^]*){2}/);
    project.write("backworks.yaml", yaml);
    await running.until(/"event":"reloaded".*"mended":true/);

    expect(events(running).filter((event) => event !== undefined && event !== "")).toEqual([
      "ready",
      "reload-failed",
      "reload-failed",
      "reloaded",
    ]);
  });

  it("of dev --json writes nothing but JSON, requests included", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["dev", "--port", "0", "--json"]);
    const { url } = await ready(running);

    await fetch(`${url}/hello`);
    await running.until(/"msg":"request"/);

    for (const line of running.out().trim().split("\n")) expect(JSON.parse(line)).toBeInstanceOf(Object);
  });

  it("reads a file once more that was half written", async () => {
    using project = createProject(files);
    await using running = startProcess(project.folder, ["dev", "--port", "0", "--json"]);
    await ready(running);

    project.write("backworks.yaml", "name: shop\nendp");
    await new Promise((resolve) => setTimeout(resolve, 40));
    project.write("backworks.yaml", yaml.replace("/hello", "/hi"));
    await running.until(/"event":"reloaded"/);

    expect(events(running)).not.toContain("reload-failed");
  });
});

describe("try, as a process", () => {
  it("ends when no answer comes in time", async () => {
    using project = createProject({
      "backworks.yaml": "name: x\nendpoints:\n  a: { path: /a, mock: { rules: [ { fault: hang } ] } }\n",
    });
    await using running = startProcess(project.folder, ["try", "GET", "/a", "--timeout", "0.2"]);

    expect(await running.ended).toBe(1);
    expect(running.err()).toContain("nothing within 0.2 s");
  });
});
