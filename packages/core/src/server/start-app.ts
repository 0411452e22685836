import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { silentLogger } from "../logger.ts";
import { createRandom } from "../random.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { FakeClock } from "./fake-clock.ts";
import type { OpenOptions } from "./options.ts";
import { serve } from "./serve.ts";
import type { RunningApp } from "./serve.ts";

/** What a test wants served. */
export interface StartAppOptions extends Omit<OpenOptions, "config" | "text" | "cwd"> {
  /** Text of the configuration. */
  readonly yaml: string;
  /** Files beside the configuration, by path below it; objects are written as JSON. */
  readonly files?: Readonly<Record<string, string | Uint8Array | object>>;
  /** Seed of every random value. @defaultValue 1 */
  readonly seed?: number;
  /** Opens the control listener. @defaultValue false */
  readonly control?: boolean;
}

/** A server of a test, with a folder of its own; gone at the end of the scope: `await using app = await startApp(yaml)`. */
export interface StartedApp extends RunningApp {
  /** The folder of the configuration. */
  readonly folder: string;
  /** Time goes by this clock, and stands still until it is moved. */
  readonly clock: FakeClock;
  /** Asks the server; redirects are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Writes a file beside the configuration. */
  write(path: string, content: string | Uint8Array | object): void;
}

/** Serves a configuration on a free port of 127.0.0.1, with a fake clock, seeded random values and no log. */
export async function startApp(given: string | StartAppOptions): Promise<StartedApp> {
  const {
    yaml,
    files = {},
    seed = 1,
    ...options
  }: StartAppOptions = typeof given === "string" ? { yaml: given } : given;
  const folder = mkdtempSync(join(tmpdir(), "backworks-test-"));
  const clock = createFakeClock();
  const write = (path: string, content: FileContent): void => writeBelow(folder, path, content);
  for (const [path, content] of Object.entries(files)) write(path, content);
  write("backworks.yaml", yaml);
  const own = { clock, scheduler: clock, random: createRandom(seed), logger: silentLogger, env: {} };
  const running = await serve({ ...own, ...options, cwd: folder, port: 0, host: "127.0.0.1" }).catch(
    (error: unknown) => {
      remove(folder);
      throw error;
    },
  );
  return toStarted(running, { folder, clock, write });
}

/** How far time moves at once while a server closes. */
const stepMs = 1000;

type FileContent = string | Uint8Array | object;

function toStarted(running: RunningApp, own: Pick<StartedApp, "folder" | "clock" | "write">): StartedApp {
  let closed: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const closing = running.close();
    const state = { open: true };
    closing.finally(() => (state.open = false)).catch(() => {});
    // What is waited for goes by the fake clock, which nobody else moves any more, or by the network.
    while (state.open) {
      await own.clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await closing;
    remove(own.folder);
  };
  const close = (): Promise<void> => (closed ??= end());
  const members: Omit<StartedApp, keyof RunningApp> & Pick<StartedApp, "close" | typeof Symbol.asyncDispose> = {
    ...own,
    fetch: (path, init) => fetch(running.url + path, { redirect: "manual", ...init }),
    close,
    [Symbol.asyncDispose]: close,
  };
  // The server's own members are getters partly: they are taken over as they are.
  return Object.defineProperties(members as StartedApp, {
    ...Object.getOwnPropertyDescriptors(running),
    ...Object.getOwnPropertyDescriptors(members),
  });
}

function writeBelow(folder: string, path: string, content: FileContent): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const plain = typeof content === "string" || content instanceof Uint8Array;
  writeFileSync(file, plain ? content : JSON.stringify(content));
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
