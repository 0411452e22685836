import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProjectFiles } from "./project-files.ts";

const folder = mkdtempSync(join(tmpdir(), "backworks-files-"));
const root = join(folder, "project");

beforeAll(() => {
  mkdirSync(join(root, "data"), { recursive: true });
  writeFileSync(join(folder, "secret.json"), "{}");
  writeFileSync(join(root, "users.json"), '\uFEFF[{"id": 1}]');
  writeFileSync(join(root, "data/users.yaml"), "- id: 1\n  name: Ada\n");
  writeFileSync(join(root, "users.csv"), "id,name\n1,Ada\n");
  writeFileSync(join(root, "broken.json"), '{\n  "a": 1,\n}');
  writeFileSync(join(root, "broken.yaml"), "a: [1\nb: 2\n");
  writeFileSync(join(root, "broken.csv"), "a,b\n1\n");
  writeFileSync(join(root, "trap.json"), '{"a": {"__proto__": {"x": 1}}}');
  writeFileSync(join(root, "users.txt"), "Ada");
  symlinkSync(join(folder, "secret.json"), join(root, "link.json"));
  symlinkSync(join(folder), join(root, "outside"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function codeOf(action: () => unknown): string {
  try {
    action();
    return "no error";
  } catch (thrown) {
    const { code, where } = thrown as { code: string; where?: { line: number; column: number } };
    return where === undefined ? code : `${code} ${where.line}:${where.column}`;
  }
}

describe("project files", () => {
  it.each([
    ["users.json", [{ id: 1 }]],
    ["./data/users.yaml", [{ id: 1, name: "Ada" }]],
    ["users.csv", [{ id: 1, name: "Ada" }]],
  ])("reads %s as data", (path, expected) => {
    expect(JSON.parse(JSON.stringify(createProjectFiles(root).readData(path)))).toEqual(expected);
  });

  it.each([
    ["broken.json", "BW_FILE_SYNTAX 3:1"],
    ["broken.yaml", "BW_FILE_SYNTAX 1:4"],
    ["broken.csv", "BW_FILE_SYNTAX 2:1"],
    ["trap.json", "BW_FILE_SYNTAX 1:9"],
    ["users.txt", "BW_FILE_SYNTAX"],
    ["data", "BW_FILE_SYNTAX"],
    ["none.json", "BW_FILE_MISSING"],
    ["users.json/x.json", "BW_FILE_MISSING"],
    ["../secret.json", "BW_FILE_OUTSIDE"],
    ["/etc/hostname", "BW_FILE_OUTSIDE"],
    ["link.json", "BW_FILE_OUTSIDE"],
    ["outside/secret.json", "BW_FILE_OUTSIDE"],
    ["data/../../secret.json", "BW_FILE_OUTSIDE"],
  ])("answers %s with %s", (path, expected) => {
    expect(codeOf(() => createProjectFiles(root).readData(path))).toBe(expected);
  });

  it("knows which files were read", () => {
    const files = createProjectFiles(root);

    files.readText("users.csv");

    expect([...files.read]).toEqual([join(root, "users.csv")]);
  });
});
