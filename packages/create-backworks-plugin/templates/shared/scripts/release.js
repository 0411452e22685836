// Raises the version, tests, commits and tags: npm run release -- patch, minor, major or a version. Publishing stays with you.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const manifest = new URL("../package.json", import.meta.url);
const source = new URL("../src/version.ts", import.meta.url);
const [word = ""] = process.argv.slice(2);
const before = JSON.parse(readFileSync(manifest, "utf8")).version;
const next = nextVersion(before, word);

if (next === undefined) fail("say which: npm run release -- patch, minor, major, or a version like 1.2.0");
if (git("status", "--porcelain") !== "") fail("commit what is changed first");
if (git("tag", "--list", `v${next}`) !== "") fail(`there is a tag v${next} already`);
write(before, next);
try {
  execFileSync("npm", ["test"], { stdio: "inherit", shell: process.platform === "win32" });
} catch {
  write(next, before);
  fail("the tests fail: nothing was released");
}
git("commit", "--all", "--message", `release ${next}`);
git("tag", `v${next}`);
console.log(`\n${next} is committed and tagged. To publish it:\n  git push --follow-tags\n  npm publish`);

function nextVersion(version, wish) {
  if (/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(wish)) return wish;
  const [major, minor, patch] = version.split("-")[0].split(".").map(Number);
  return { major: `${major + 1}.0.0`, minor: `${major}.${minor + 1}.0`, patch: `${major}.${minor}.${patch + 1}` }[wish];
}

function write(from, to) {
  for (const file of [manifest, source]) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(`"${from}"`, `"${to}"`));
  }
}

function git(...words) {
  try {
    return execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  } catch {
    // What is wrong git has said.
    return fail(`git ${words[0]} failed`);
  }
}

function fail(problem) {
  console.error(problem);
  process.exit(1);
}
