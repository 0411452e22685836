import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { controlFolder, findControls, forgetControl, writeControlFile } from "./control-file.ts";

const root = "/srv/shop";
const own = { url: "http://127.0.0.1:1", token: "t", pid: process.pid };
let temporary = "";

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "bw-control-"));
});

afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const place = (): string => controlFolder(temporary);
/** The only file there. */
const file = (): string => join(place(), readdirSync(place())[0] ?? "");
const write = (address = own, project = root): void => writeControlFile(project, address, temporary);

describe("the file of a control listener", () => {
  it("can be read by its user alone, also in a folder that was open before", () => {
    mkdirSync(place());
    chmodSync(place(), 0o755);

    write();

    expect([statSync(place()).mode & 0o777, statSync(file()).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(readdirSync(place())).toHaveLength(1);
    expect(findControls(root, temporary)[0]).toEqual(own);
  });

  it("is not written through a link in the place of its folder, and not looked for there", () => {
    const elsewhere = join(temporary, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, place());

    expect(() => write()).toThrow("is not a folder");
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(findControls(root, temporary)).toEqual([]);
  });

  it("is not written through a link in its own place", () => {
    write();
    const planted = file();
    const victim = join(temporary, "victim");
    writeFileSync(victim, "untouched");
    rmSync(planted);
    symlinkSync(victim, planted);
    symlinkSync(victim, `${planted}.new`);

    write();

    expect(findControls(root, temporary)[0]).toEqual(own);
    expect(statSync(victim).size).toBe("untouched".length);
  });

  it("of a process that was killed counts for nothing and goes with the next start", () => {
    write({ ...own, pid: 2 ** 22 + 1 });

    const found = findControls(root, temporary)[0];
    write(own, "/srv/other");

    expect(found).toBeUndefined();
    expect(readdirSync(place())).toHaveLength(1);
  });

  it("that is half a file counts for nothing", () => {
    write();
    writeFileSync(file(), '{"url":');

    expect(findControls(root, temporary)).toEqual([]);
  });

  it("of one server stays when another of the same project ends", () => {
    write();
    write({ ...own, pid: process.ppid, token: "other" });

    forgetControl(root, process.ppid, temporary);

    expect(findControls(root, temporary)).toEqual([own]);
  });
});
