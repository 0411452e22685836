import { expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CrudRig } from "../../test/crud-rig.ts";
import { startCrud } from "../../test/crud-rig.ts";
import { as, identify } from "../../test/identify.ts";
import type { TestDatabase } from "../../test/servers.ts";
import { describeDatabases } from "../../test/servers.ts";

const endpoints = `plugins: { identify: {} }
endpoints:
  notes:
    path: /notes
    database:
      table: notes
      auto_crud: true
      expose: { columns: [id, title, owner, public] }
      fields:
        id: { type: integer, primary_key: true }
        title: { type: string, required: true }
        owner: { type: string }
        public: { type: boolean, required: true, default: false }
        secret: { type: string, default: hidden }
      access:
        admin: { read: true, write: true }
        editor:
          read: { where: { owner: "\${auth.sub}" } }
          write: { where: { owner: "\${auth.sub}" }, columns: [title, public] }
        collector: { write: true }
        anonymous: { read: { where: { public: true }, columns: [id, title] } }
  folders:
    path: /folders
    database:
      table: folders
      auto_crud: true
      fields:
        id: { type: integer, primary_key: true }
        note_id: { type: integer, references: notes.id }
`;

const admin = as(["admin"]);
const ada = as(["editor"], { sub: "ada" });
const bob = as(["editor"], { sub: "bob" });

async function openNotes(target: TestDatabase): Promise<CrudRig> {
  const rig = await startCrud(target, endpoints, { plugins: [identify] });
  const rows = [
    { id: 1, title: "a", owner: "ada", public: true },
    { id: 2, title: "b", owner: "bob", public: true },
    { id: 3, title: "c", owner: "ada", public: false },
  ];
  const made = await rig.send("POST /notes", { ...admin, body: rows });
  expect(made).toMatchObject({ status: 201 });
  await rig.send("POST /folders", {
    body: [
      { id: 1, note_id: 1 },
      { id: 2, note_id: 3 },
    ],
  });
  return rig;
}

describeDatabases("access by role", (target) => {
  it("shows rows and columns as the rule of the role says", async () => {
    await using rig = await openNotes(target);

    expect((await rig.send("GET /notes")).body).toEqual([
      { id: 1, title: "a" },
      { id: 2, title: "b" },
    ]);
    expect((await rig.send("GET /notes?select=id", ada)).body).toEqual([{ id: 1 }, { id: 3 }]);
    expect((await rig.send("GET /notes/3", ada)).body).toEqual({ id: 3, title: "c", owner: "ada", public: false });
    expect(await rig.send("GET /notes/2", ada)).toMatchObject({ status: 404, body: { code: "BW_RESOURCE_NOT_FOUND" } });
    expect(await rig.send("GET /notes?owner=eq.ada")).toMatchObject({
      status: 400,
      body: { code: "BW_QUERY_UNKNOWN_COLUMN" },
    });
    expect(await rig.send("GET /notes?select=secret", admin)).toMatchObject({ status: 400 });
  });

  it("holds for rows that are embedded", async () => {
    await using rig = await openNotes(target);

    expect((await rig.send("GET /folders?select=id,notes(*)&order=id")).body).toEqual([
      { id: 1, notes: { id: 1, title: "a" } },
      { id: 2, notes: null },
    ]);
    expect((await rig.send("GET /folders?select=id,notes!inner(id)&order=id", ada)).body).toEqual([
      { id: 1, notes: { id: 1 } },
      { id: 2, notes: { id: 3 } },
    ]);
  });

  it("refuses who may not write, known or not", async () => {
    await using rig = await openNotes(target);

    expect(await rig.send("DELETE /notes/1")).toMatchObject({
      status: 401,
      headers: { "www-authenticate": "Bearer" },
      body: { code: "BW_ACCESS_IDENTITY" },
    });
    expect(await rig.send("DELETE /notes/1", as(["reader"]))).toMatchObject({
      status: 403,
      body: { code: "BW_ACCESS_DENIED" },
    });
    expect(await rig.send("PATCH /notes/1", { ...ada, body: { owner: "bob" } })).toMatchObject({
      status: 403,
      body: { code: "BW_ACCESS_DENIED", columns: ["owner"] },
    });
    expect(await rig.send("PATCH /notes/2", { ...ada, body: { title: "x" } })).toMatchObject({ status: 404 });
    expect(await rig.send("PATCH /notes/1", { ...bob, body: { title: "x" } })).toMatchObject({ status: 404 });
    expect((await rig.send("GET /notes/1", admin)).body).toMatchObject({ title: "a", owner: "ada" });
  });

  it("writes rows of its own only, whatever the filter", async () => {
    await using rig = await openNotes(target);

    expect(await rig.send("PATCH /notes?id=gt.0&select=id&order=id", { ...ada, body: { title: "x" } })).toMatchObject({
      status: 200,
      body: [{ id: 1 }, { id: 3 }],
    });
    expect((await rig.send("DELETE /notes?id=gt.0", bob)).status).toBe(204);
    expect((await rig.send("GET /notes?select=id", admin)).body).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it("makes the rows of who writes theirs", async () => {
    await using rig = await openNotes(target);

    expect(await rig.send("POST /notes", { ...ada, body: { id: 7, title: "d" } })).toMatchObject({
      status: 403,
      body: { columns: ["id"] },
    });
    const made = await rig.send("POST /notes?select=owner,title", { ...ada, body: { title: "d" } });
    expect(made).toMatchObject({ status: 201, body: { owner: "ada", title: "d" } });
    expect(await rig.send("POST /notes", { ...ada, body: { title: "e", owner: "bob" } })).toMatchObject({
      status: 403,
    });
  });

  it("follows a change of the configuration, for what others embed, too", async () => {
    await using rig = await openNotes(target);
    const embedded = "GET /folders?select=notes(id)&order=id";
    expect((await rig.send(embedded)).body).toEqual([{ notes: { id: 1 } }, { notes: null }]);

    const { app } = rig;
    const yaml = readFileSync(join(app.folder, "backworks.yaml"), "utf8");
    app.write(
      "backworks.yaml",
      yaml.replace("anonymous: { read: { where: { public: true }", "anonymous: { read: { where: { id: 2 }"),
    );
    await app.reload();

    expect((await rig.send("GET /notes?select=id")).body).toEqual([{ id: 2 }]);
    expect((await rig.send(embedded)).body).toEqual([{ notes: null }, { notes: null }]);
  });

  it("tells who may only write nothing of what is there", async () => {
    await using rig = await openNotes(target);
    const collector = as(["collector"]);

    expect(await rig.send("POST /notes", { ...collector, body: { id: 9, title: "z", public: false } })).toMatchObject({
      status: 201,
      headers: { location: "/notes/9" },
    });
    expect((await rig.send("GET /notes/9", admin)).body).toMatchObject({ title: "z" });
  });
});
