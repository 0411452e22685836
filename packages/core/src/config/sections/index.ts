import { endpoint } from "./endpoint.ts";
import { globalHeaders } from "./global-headers.ts";
import { logging } from "./logging.ts";
import { plugin } from "./plugin.ts";
import { project } from "./project.ts";
import { server } from "./server.ts";

/** Every part of the core's own configuration, by what it describes. */
export const sections = { project, server, logging, globalHeaders, endpoint, plugin };
