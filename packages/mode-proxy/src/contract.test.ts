import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, it } from "@jest/globals";
import { modeContract, registerChecks } from "@backworks/testkit";
import proxy from "./index.ts";

const upstream = createServer((_request, response) => response.end("from behind"));
await new Promise<void>((resolve) => void upstream.listen(0, "127.0.0.1", resolve));
// A server that listens has one.
const { port } = upstream.address() as AddressInfo;

afterAll(() => void upstream.close());

describe("the contract", () => {
  registerChecks(modeContract(proxy, { endpoint: { proxy: { target: `http://127.0.0.1:${port}` } } }), it);
});
