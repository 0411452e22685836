import { describe, expect, it } from "@jest/globals";
import { defineMode, offerService } from "../mode.ts";
import type { Mode, ModeContext } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import { defineService, provideService } from "../service.ts";
import { startApp } from "../testing.ts";

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

const words = defineService<{ readonly text: string }>("words");
const echoes = defineService<{ readonly text: string }>("echoes");

/** A mode that has root keys and offers what stands there. */
function speaker(events: string[] = []): Mode {
  return defineMode<{ readonly text: string }>({
    name: "speaker",
    description: "for tests",
    endpointKeys: { speaker: anything },
    rootKeys: { words: anything },
    services: [offerService(words, (opened: { readonly text: string }) => opened)],
    open({ values }) {
      events.push("speaker opens");
      return { text: String(values["words"]) };
    },
    compile: () => () => ({}),
    close: () => void events.push("speaker closes"),
  });
}

/** A mode that answers with what another offers. */
function listener(events: string[] = [], more: Partial<Mode<ModeContext>> = {}): Mode {
  return defineMode<ModeContext>({
    name: "listener",
    description: "for tests",
    endpointKeys: { listener: anything },
    uses: [words],
    open(context) {
      events.push("listener opens");
      return context;
    },
    compile(_endpoint, { optionalService }) {
      const found = optionalService(words);
      return () => ({ body: found?.text ?? "silence" });
    },
    close: () => void events.push("listener closes"),
    ...more,
  });
}

const yaml = "name: x\nwords: hello\nendpoints:\n  a: { path: /a, listener: {} }\n";

describe("services of modes", () => {
  it("come from a mode that no endpoint has, whichever mode is named first", async () => {
    const events: string[] = [];
    await using app = await startApp({ yaml, modes: [listener(events), speaker(events)] });

    const answer = await app.fetch("/a");

    expect(await answer.text()).toBe("hello");
    expect(events).toEqual(["speaker opens", "listener opens"]);
  });

  it("are missing when the configuration does not ask for the mode that has them", async () => {
    const events: string[] = [];
    await using app = await startApp({
      yaml: yaml.replace("words: hello\n", ""),
      modes: [listener(events), speaker(events)],
    });

    expect(await (await app.fetch("/a")).text()).toBe("silence");
    expect(events).toEqual(["listener opens"]);
  });

  it("are those of the same App after a reload, and stay as they are while nothing changes", async () => {
    const events: string[] = [];
    await using app = await startApp({ yaml, modes: [speaker(events), listener(events)] });

    app.write("backworks.yaml", yaml.replace("hello", "goodbye"));
    await app.reload();
    const changed = await (await app.fetch("/a")).text();
    const afterOne = events.splice(0);
    app.write("backworks.yaml", `${yaml.replace("hello", "goodbye")}  b: { path: /b, listener: {} }\n`);
    await app.reload();

    expect(changed).toBe("goodbye");
    expect(afterOne.filter((event) => event.endsWith("opens")).slice(2)).toEqual(["speaker opens", "listener opens"]);
    expect(events.filter((event) => event.endsWith("opens"))).toEqual([]);
    expect(await (await app.fetch("/b")).text()).toBe("goodbye");
  });

  it("do not open anew a mode that uses none of them", async () => {
    const events: string[] = [];
    await using app = await startApp({ yaml, modes: [speaker(), listener(events, { uses: [] })] });
    app.write("backworks.yaml", yaml.replace("hello", "goodbye"));

    await app.reload();

    expect(events).toEqual(["listener opens"]);
    expect(await (await app.fetch("/a")).text()).toBe("silence");
  });

  it("that nobody offers are an error which names those that are there", async () => {
    const asking = listener([], {
      open: ({ service }) => service(echoes) as never,
    });

    await expect(startApp({ yaml, modes: [speaker(), asking] })).rejects.toMatchObject({
      code: "BW_SERVICE_MISSING",
      hint: "offered are words",
    });
  });

  it("have one home: neither two modes nor a plugin and a mode offer the same", async () => {
    const twin = { ...speaker(), name: "twin", endpointKeys: {} };
    const plugin = definePlugin({
      name: "loud",
      version: "1.0.0",
      initialize: () => ({ contributes: { services: [provideService(words, { text: "" })] } }),
    });

    await expect(startApp({ yaml, modes: [listener(), speaker(), twin] })).rejects.toMatchObject({
      code: "BW_SERVICE_CONFLICT",
      message: "mode speaker and mode twin both offer the service words",
    });
    await expect(
      startApp({ yaml: `${yaml}plugins: { loud: true }\n`, modes: [listener(), speaker()], plugins: [plugin] }),
    ).rejects.toMatchObject({
      code: "BW_SERVICE_CONFLICT",
      message: "a plugin and mode speaker both offer the service words",
    });
  });

  it("may not be asked for in a circle", async () => {
    const first = { ...speaker(), uses: [echoes] };
    const second = listener([], { services: [offerService(echoes, () => ({ text: "" }))] });

    await expect(startApp({ yaml, modes: [first, second] })).rejects.toMatchObject({
      code: "BW_MODE_ORDER",
      message: "modes wait for each other: speaker -> listener -> speaker",
    });
  });
});

describe("a root key of a mode that is not installed", () => {
  it("names the packages that have it, once", async () => {
    const text = "name: x\nendpoints: {}\napis: { stripe: { base_url: https://api.example.com } }\n";

    await expect(startApp(text)).rejects.toMatchObject({
      errors: [
        {
          code: "BW_CONFIG_MODE_UNKNOWN",
          where: { line: 3, column: 1 },
          hint: "apis belongs to it; it comes as @backworks/mode-proxy or backworks-mode-proxy",
        },
      ],
    });
  });
});
