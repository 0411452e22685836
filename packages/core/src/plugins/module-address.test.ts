import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createModuleAddresses } from "./module-address.ts";

let folder = "";
/** Apart, so that the texts below are not taken for imports of this file. */
const near = "./";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "backworks-address-")));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe("the address of a module", () => {
  it("is that of its file as long as nothing changes", () => {
    const file = write("main.js", `import "${near}lib/a.js";`);
    write("lib/a.js", "");
    const addressOf = createModuleAddresses();

    expect([addressOf(file).url, addressOf(file).url]).toEqual(Array(2).fill(pathToFileURL(file).href));
  });

  it.each([
    ["imports", `import "${near}lib/a.js";`, "lib/a.js"],
    ["exports again", `export * from "${near}lib/a.js";`, "lib/a.js"],
    ["imports when it is needed", `const load = () => import("${near}lib/a.js");`, "lib/a.js"],
    ["requires", `require("${near}lib/a")`, "lib/a.cjs"],
    ["requires as a folder", `require("${near}lib")`, "lib/index.js"],
    ["reaches over another file", `import "${near}b.js";`, "lib/a.js"],
  ])("changes with a file that it %s", (_how, text, changed) => {
    const file = write("main.js", text);
    write("b.js", `import "${near}lib/a.js"; import "${near}main.js";`);
    write(changed, "1");
    const addressOf = createModuleAddresses();
    const before = addressOf(file);

    write(changed, "2");

    expect(before.files).toContain(join(folder, changed));
    expect(addressOf(file).url).toMatch(/main\.js\?v=[0-9a-f]{12}$/);
  });

  it("changes with the files that tell its version, and comes back with their content", () => {
    const file = write("main.js", "");
    const manifest = write("package.json", '{ "version": "1.0.0" }');
    const addressOf = createModuleAddresses();
    const addresses = ["1.0.0", "2.0.0", "1.0.0"].map((version) => {
      write("package.json", `{ "version": "${version}" }`);
      return addressOf(file, [manifest]).url;
    });

    expect(addresses[1]).not.toBe(addresses[0]);
    expect(addresses[2]).toBe(addresses[0]);
  });

  it("does not change with what it does not import, nor with libraries", () => {
    const file = write("main.js", `import "library"; import "${near}gone.js";`);
    write("other.js", "1");
    const addressOf = createModuleAddresses();
    const before = addressOf(file);

    write("other.js", "2");

    expect(addressOf(file)).toEqual(before);
    expect(before.files).toEqual([file]);
  });
});
