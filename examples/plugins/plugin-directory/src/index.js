import { definePlugin, provideService } from "@backworks/core";
import { createDirectory, directoryService } from "./directory.js";

/** Remembers names: shows what else a plugin can bring besides hooks. */
export default definePlugin({
  name: "directory",
  version: "1.0.0",
  description: "Remembers names and lists them",
  apiVersion: "^1.0.0",
  provides: ["names"],
  commands: [
    {
      name: "directory",
      description: "Says what the directory is for",
      run(_words, { write }) {
        write("The directory lists everybody who was seen.\n");
      },
    },
  ],
  async initialize({ createRouter }) {
    const directory = createDirectory(["Ada"]);

    // An Express router, for pages and for handlers that exist already.
    const router = await createRouter();
    router.get("/", (_request, response) => {
      response.type("text/plain").send(directory.list().join("\n"));
    });
    router.get("/:name", (request, response) => {
      if (directory.list().includes(request.params.name)) response.json({ name: request.params.name });
      else response.status(404).json({ error: "nobody of that name" });
    });

    return {
      contributes: {
        routes: [{ path: "/directory", handler: router }],
        // A route as fast as an endpoint; hooks of every plugin see it.
        handlers: [
          {
            name: "add",
            path: "/directory/{name}",
            methods: ["PUT"],
            handler: (exchange) => ({ status: 201, body: { count: directory.add(exchange.request.params.name) } }),
          },
        ],
        templateFunctions: {
          known_names: {
            signature: "known_names()",
            description: "Every name in the directory",
            arity: [0, 0],
            call: () => directory.list(),
          },
        },
        services: [provideService(directoryService, directory)],
      },
      exportState: () => directory.list(),
      importState(names) {
        // The instance before may have been of another version.
        if (!Array.isArray(names)) return;
        for (const name of names) if (typeof name === "string") directory.add(name);
      },
      getMetrics: () => ({ names: directory.list().length }),
    };
  },
});
