import { backworks } from "@backworks/core";
import express from "express";

const api = backworks(new URL("backworks.yaml", import.meta.url).pathname);
const app = express();

app.use("/api", api);
app.get("/", (_request, response) => {
  response.json({ page: "home" });
});
app.use((_request, response) => {
  response.status(404).json({ message: "neither the API nor the application knows this" });
});

// Opening it here makes a mistake in the configuration stop the start instead of the first request.
await api.open();

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const { port } = server.address();
  console.log(JSON.stringify({ event: "ready", url: `http://127.0.0.1:${port}` }));
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close(() => api.close());
    server.closeIdleConnections();
  });
}
