import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { onceStatement } from "../statement.ts";
import { openThread } from "./thread.ts";

describe("a thread of SQLite", () => {
  it("refuses what is asked after its end, as a transaction does that takes itself back", async () => {
    const root = mkdtempSync(join(tmpdir(), "backworks-thread-"));
    const thread = await openThread({ file: join(root, "a.db"), root, lockMs: 100 });
    let told = 0;
    thread.onLost(() => (told += 1));
    await thread.run(onceStatement("BEGIN"), []);

    await thread.close();

    await expect(thread.run(onceStatement("ROLLBACK"), [])).rejects.toMatchObject({ lost: true });
    thread.onLost(() => (told += 1));
    expect(told).toBe(2);
    rmSync(root, { recursive: true });
  });
});
