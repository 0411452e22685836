import { describe, expect, it } from "@jest/globals";
import { ask } from "./http.ts";
import { startServer } from "./server.ts";
import { createWorkspace } from "./workspace.ts";

const behind = `name: behind
endpoints:
  users: { path: /users, mock: { body: { id: 1 } } }
`;

const proxy = (url: string): string => `name: front
endpoints:
  users:
    path: /users
    proxy: { target: "${url}", transform: { response: { handler: ./reshape.mjs } } }
`;

const code = (version: number): string =>
  `export default (response) => ({ ...response, body: { ...response.body, version: ${version} } });\n`;

describe("a function of proxy mode", () => {
  it("is loaded anew when its file is saved, and stays as it was when the new one is broken", async () => {
    using workspace = createWorkspace();
    workspace.write("behind.yaml", behind);
    workspace.write("reshape.mjs", code(1));
    await using upstream = await startServer({ cwd: workspace.folder }, ["behind.yaml"]);
    workspace.write("backworks.yaml", proxy(upstream.url));
    await using server = await startServer({ cwd: workspace.folder }, ["--watch"]);
    const answer = async (): Promise<string> => (await ask(`${server.url}/users`, { method: "GET" })).text;
    const answers = [await answer()];

    workspace.write("reshape.mjs", code(2));
    await server.until(/"event":"reload"|reloaded/);
    answers.push(await answer());
    workspace.write("reshape.mjs", "export default (");
    await server.until(/BW_PROXY_CODE_INVALID/);
    answers.push(await answer());

    expect(answers).toEqual(['{"id":1,"version":1}', '{"id":1,"version":2}', '{"id":1,"version":2}']);
  });
});
