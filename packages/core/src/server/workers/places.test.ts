import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { silentLogger } from "../../logger.ts";
import { RateTable } from "../../pipeline/rate-table.ts";
import { systemClock } from "../../clock.ts";
import { createOneProcess } from "../one-process.ts";
import { ReloadRecord } from "../reload-record.ts";
import { serveHere } from "../serve.ts";
import type { RunningApp } from "../serve.ts";
import { createOwnerServer } from "./owner.ts";
import { createPlaces } from "./places.ts";
import type { Places } from "./places.ts";
import { WorkerPart } from "./worker-part.ts";

const text = `
name: shop
server: { port: 0, trust_proxy: true, limits: { body_size: 1MB } }
endpoints:
  users: { path: /users, mock: { resource: { seed: [{ id: 1, name: Ada }] } } }
  echo:
    path: /echo/{id:int}
    methods: [GET, POST]
    mock:
      status: 201
      headers: { x-count: "\${count}" }
      body: { id: "\${path.id}", q: "\${query.q}", body: "\${body}", ip: "\${request.ip}", tag: "\${headers.x-tag}", own: "\${headers.x-request-id}", city: "Żółć \${state.get('none', '✓')}" }
  fault: { path: /fault, mock: { body: gone, fault: { kind: reset, every: 1 } } }
  slow: { path: /slow, mock: { headers: { content-type: text/plain }, body: "\${count} drop by drop", dribble: { chunks: 4, over: 80ms } } }
  hangs: { path: /hangs, mock: { body: "\${count}", delay: 60s } }
`;

/** Two workers in this process; the first is the owner. */
interface Pair extends AsyncDisposable {
  readonly owner: RunningApp;
  readonly other: RunningApp;
  readonly places: Places;
  readonly socketPath: string;
  readonly server: Server;
  underWay(): number;
}

async function startPair(): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), "backworks-places-"));
  const socketPath = join(folder, "1.sock");
  const serveOne = async (places: Places, isOwner: boolean): Promise<{ running: RunningApp; part: WorkerPart }> => {
    const rates = new RateTable({ clock: systemClock, random: Math.random });
    const part = new WorkerPart({
      firstGeneration: 1,
      files: [],
      places,
      rates,
      processes: createOneProcess(),
      reloads: new ReloadRecord(systemClock).history,
      isOwner: () => isOwner,
      onDrained() {},
    });
    return { running: await serveHere({ text, cwd: folder, logger: silentLogger, env: {} }, { part }), part };
  };
  const here = createPlaces();
  here.moveTo("here");
  const { running: owner, part } = await serveOne(here, true);
  const server = createOwnerServer((number) => part.find(number));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const places = createPlaces();
  places.moveTo(socketPath);
  const { running: other } = await serveOne(places, false);
  return {
    owner,
    other,
    places,
    socketPath,
    server,
    underWay: () => part.host.current().generation.traffic.count,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await other.close();
      await owner.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const json = { "content-type": "application/json" };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("what needs one place", () => {
  it("has one state, whichever worker is asked", async () => {
    await using pair = await startPair();

    await fetch(`${pair.other.url}/users`, { method: "POST", headers: json, body: '{"name":"Bob"}' });
    await fetch(`${pair.owner.url}/users`, { method: "POST", headers: json, body: '{"name":"Cy"}' });
    const rows = await (await fetch(`${pair.other.url}/users`)).json();

    expect(rows).toEqual([
      { id: 1, name: "Ada" },
      { id: 2, name: "Bob" },
      { id: 3, name: "Cy" },
    ]);
  });

  it("answers there as it would here: status, headers, parameters, body, address, request id", async () => {
    await using pair = await startPair();
    const ask = (app: RunningApp): Promise<Response> =>
      fetch(`${app.url}/echo/7?q=a%20b`, {
        method: "POST",
        headers: { ...json, "x-tag": "t", "x-forwarded-for": "192.0.2.7" },
        body: '{"deep":[1,{"ż":"✓"}]}',
      });

    const [here, there] = [await ask(pair.owner), await ask(pair.other)];

    expect([here.status, there.status]).toEqual([201, 201]);
    expect([here.headers.get("x-count"), there.headers.get("x-count")]).toEqual(["1", "2"]);
    expect(there.headers.get("content-type")).toBe(here.headers.get("content-type"));
    const body = await there.json();
    expect(body).toEqual(await here.json());
    expect(body).toMatchObject({ id: 7, q: "a b", ip: "192.0.2.7", tag: "t", own: null, city: "Żółć ✓" });
  });

  it("refuses with the same problem", async () => {
    await using pair = await startPair();

    const response = await fetch(`${pair.other.url}/users/99`, { headers: { "x-request-id": "mine-1" } });

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: "BW_RESOURCE_NOT_FOUND",
      detail: "users has no row with id 99",
      requestId: "mine-1",
    });
  });

  it("takes bodies that were compressed", async () => {
    await using pair = await startPair();

    const response = await fetch(`${pair.other.url}/users`, {
      method: "POST",
      headers: { ...json, "content-encoding": "gzip" },
      body: gzipSync('{"name":"Zip"}'),
    });

    expect(await response.json()).toEqual({ id: 2, name: "Zip" });
  });

  it("lets streams through as they come", async () => {
    await using pair = await startPair();

    const response = await fetch(`${pair.other.url}/slow`);
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString());

    expect(chunks.join("")).toBe("1 drop by drop");
    expect(chunks.length).toBeGreaterThan(1);
  });

  it("carries out faults on the client's own connection", async () => {
    await using pair = await startPair();

    await expect(fetch(`${pair.other.url}/fault`)).rejects.toThrow("fetch failed");
    expect((await fetch(`${pair.other.url}/users`)).status).toBe(200);
  });

  it("ends there when the client goes away here", async () => {
    await using pair = await startPair();
    const abort = new AbortController();
    const asked = fetch(`${pair.other.url}/hangs`, { signal: abort.signal });
    await until(() => pair.underWay() === 1);

    abort.abort();

    await expect(asked).rejects.toThrow("aborted");
    await until(() => pair.underWay() === 0);
  });

  it("waits for the next owner when there is none", async () => {
    await using pair = await startPair();
    pair.places.moveTo(undefined);
    const asked = fetch(`${pair.other.url}/users`);

    pair.places.moveTo(pair.socketPath);

    expect((await asked).status).toBe(200);
  });

  it("waits for the next owner when nobody answers at the last one's socket, and then says 503", async () => {
    await using pair = await startPair();
    pair.places.moveTo(`${pair.socketPath}.gone`);

    const response = await fetch(`${pair.other.url}/users`);

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({ code: "BW_WORKERS_OWNER_GONE" });
  });

  it("does not send a request again that the owner may have carried out", async () => {
    await using pair = await startPair();
    const asked = fetch(`${pair.other.url}/hangs`);
    await until(() => pair.underWay() === 1);

    pair.server.closeAllConnections();

    expect((await asked).status).toBe(503);
  });

  it("keeps no connection of a client that sends half a body", async () => {
    await using pair = await startPair();
    const client = connect(pair.other.port, "127.0.0.1");
    client.on("error", () => {});
    client.write("POST /users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");

    client.destroy();

    await until(() => pair.underWay() === 0);
    expect((await fetch(`${pair.other.url}/users`)).status).toBe(200);
  });
});
