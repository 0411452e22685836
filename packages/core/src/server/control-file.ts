import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** What the file of a control listener says. */
export interface ControlAddress {
  /** Of the control listener, not of the API. */
  readonly url: string;
  /** Sent as `authorization: Bearer <token>`. */
  readonly token: string;
  /** Of the process that serves. */
  readonly pid: number;
}

/**
 * Writes where the control listener of a project is, for this user alone. Files of processes that were killed go.
 *
 * @throws Error when there is no folder that only this user can read
 */
export function writeControlFile(root: string, address: ControlAddress, temporary: string = tmpdir()): void {
  const folder = controlFolder(temporary);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  refuseForeign(folder);
  chmodSync(folder, 0o700);
  removeStale(folder);
  const file = join(folder, fileName(root, address.pid));
  // Whoever reads finds a whole file or none; what somebody else may have put there is not written through.
  const aside = `${file}.new`;
  rmSync(aside, { force: true });
  writeFileSync(aside, JSON.stringify(address), { mode: 0o600, flag: "wx" });
  renameSync(aside, file);
}

/** Removes what the process `pid` wrote of its control listener. */
export function forgetControl(root: string, pid: number, temporary: string = tmpdir()): void {
  rmSync(join(controlFolder(temporary), fileName(root, pid)), { force: true });
}

/** The control listener of the process that serves a project, of several the one that was started last; `undefined` when none says so. */
export function findControl(root: string): ControlAddress | undefined {
  return findControls(root)[0];
}

/** The control listeners of the processes that serve a project, the one that was started last first. */
export function findControls(root: string, temporary: string = tmpdir()): readonly ControlAddress[] {
  try {
    const folder = controlFolder(temporary);
    refuseForeign(folder);
    return readdirSync(folder)
      .filter((name) => name.startsWith(`${projectId(root)}-`) && isAlive(pidOf(name)))
      .map((name) => join(folder, name))
      .toSorted((left, right) => lstatSync(right).mtimeMs - lstatSync(left).mtimeMs)
      .flatMap((file) => readAddress(file));
  } catch {
    // No folder, or one that is somebody else's: nobody of this user is there.
    return [];
  }
}

/** A folder of this user's own, never in the project. */
export function controlFolder(temporary: string = tmpdir()): string {
  return join(resolve(temporary), `backworks-${ownerId()}`);
}

function fileName(root: string, pid: number): string {
  return `${projectId(root)}-${pid}.json`;
}

/** A user need not have a name. */
function ownerId(): string | number {
  return process.getuid?.() ?? userInfo().username;
}

function projectId(root: string): string {
  return createHash("sha256").update(root).digest("hex").slice(0, 24);
}

/** Somebody else may have made the folder first, to read what is put there, or a link to have it put elsewhere. */
function refuseForeign(folder: string): void {
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (process.getuid !== undefined && stats.uid !== process.getuid()) throw new Error(`${folder} is somebody else's`);
}

function readAddress(file: string): readonly ControlAddress[] {
  try {
    return [JSON.parse(readFileSync(file, "utf8")) as ControlAddress];
  } catch {
    // It went in the meantime.
    return [];
  }
}

function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) if (!isAlive(pidOf(name))) rmSync(join(folder, name), { force: true });
}

function pidOf(name: string): number {
  return Number(/-(\d+)\.json(?:\.new)?$/.exec(name)?.[1] ?? Number.NaN);
}

/** Whether there is a process of this number; it may be another one by now. */
function isAlive(pid: number): boolean {
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Of another user it would be refused, and there is none of them in this folder.
    return false;
  }
}
