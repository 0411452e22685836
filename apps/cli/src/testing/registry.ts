import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A package to be served. */
export interface ServedPackage {
  readonly name: string;
  readonly version: string;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
}

/** A registry on a port of its own that npm can install from. */
export interface TestRegistry extends AsyncDisposable {
  /** Environment that sends npm there, with a cache of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths npm asked for. */
  readonly asked: readonly string[];
}

export async function startRegistry(packages: readonly ServedPackage[]): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "bw-registry-"));
  const tarballs = new Map(packages.map((one) => [tarballName(one), pack(one, folder)]));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/").slice(1);
    asked.push(path);
    const tarball = tarballs.get(path.replace(/^.*\/-\//, ""));
    const document = tarball === undefined ? toAnswer(packages, new URL(request.url ?? "/", url())) : undefined;
    response.statusCode = tarball === undefined && document === undefined ? 404 : 200;
    response.end(tarball ?? JSON.stringify(document ?? { error: "not found" }));
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    asked,
    env: {
      npm_config_registry: url(),
      npm_config_cache: join(folder, "cache"),
      npm_config_userconfig: join(folder, "npmrc"),
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tarballName({ name, version }: ServedPackage): string {
  return `${name.replace(/^@.*\//, "")}-${version}.tgz`;
}

function pack(one: ServedPackage, folder: string): Buffer {
  const source = join(folder, `${tarballName(one)}.d`, "package");
  mkdirSync(source, { recursive: true });
  const manifest = { name: one.name, version: one.version, type: "module", exports: "./index.js", ...one.manifest };
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(one.files)) writeFileSync(join(source, name), text);
  const file = join(folder, tarballName(one));
  spawnSync("tar", ["-czf", file, "-C", join(source, ".."), "package"]);
  return readFileSync(file);
}

function toAnswer(packages: readonly ServedPackage[], { pathname, searchParams, origin }: URL): unknown {
  const path = decodeURIComponent(pathname).slice(1);
  return path === "-/v1/search" ? toSearch(packages, searchParams) : toDocument(packages, path, `${origin}/`);
}

/** What the registry finds: the newest version of packages that have the keyword and every word. */
function toSearch(packages: readonly ServedPackage[], query: URLSearchParams): unknown {
  const words = (query.get("text") ?? "").split(" ");
  const newest = new Map(packages.map((one) => [one.name, one]));
  const objects = [...newest.values()].flatMap(({ name, version, manifest }) => {
    const text = JSON.stringify([name, manifest]);
    if (!words.every((word) => text.includes(word.replace(/^keywords:/, "")))) return [];
    return [{ package: { name, version, date: "2026-01-01T00:00:00.000Z", maintainers: [], ...manifest } }];
  });
  return { objects, total: objects.length };
}

/** What the registry says of a name: every version of it, the last one as `latest`. */
function toDocument(packages: readonly ServedPackage[], name: string, url: string): unknown {
  const versions = packages.filter((one) => one.name === name);
  const latest = versions.at(-1);
  if (latest === undefined) return undefined;
  return {
    name,
    "dist-tags": { latest: latest.version },
    versions: Object.fromEntries(
      versions.map((one) => [
        one.version,
        {
          name,
          version: one.version,
          type: "module",
          ...one.manifest,
          dist: { tarball: `${url}${name}/-/${tarballName(one)}` },
        },
      ]),
    ),
  };
}
