import { expect, it } from "@jest/globals";
import { createPaint } from "../paint.ts";
import { formatStatus } from "./status.ts";

const plugin = { name: "guard", version: "1.0.0", state: "started", status: "healthy" };
const server = {
  url: "http://127.0.0.1:8080",
  pid: 1,
  uptimeSeconds: 5,
  memoryBytes: 50_000_000,
  name: "shop",
  generation: 1,
  requestsUnderWay: 0,
  endpoints: [],
};
const lastError = { step: "beforeRequest", message: "no disk" };

it.each([
  [plugin, "1.0.0 started"],
  [{ ...plugin, lastError }, "1.0.0 started (beforeRequest: no disk)"],
  [
    {
      ...plugin,
      state: "quarantined",
      status: "unhealthy",
      message: "its hooks are left out for a while, last error in beforeRequest",
      lastError,
    },
    "1.0.0 quarantined, unhealthy: its hooks are left out for a while, last error in beforeRequest: no disk",
  ],
])("says the step of a plugin's last error once", (report, line) => {
  expect(formatStatus({ ...server, plugins: [report] }, createPaint(false))).toContain(`Plugin guard   ${line}`);
});
